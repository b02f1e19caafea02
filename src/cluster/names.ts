/** Names and service addresses inside the cluster: CoreDNS and kube-proxy as the pods see them. */
import type { ApiReader } from "../api/contract.ts";
import type { EndpointSlice, Pod, Service } from "../api/types.ts";
import type { NameService } from "../node/net-types.ts";

/** Made-up sites that the documentation's examples fetch. */
const SITES: Readonly<Record<string, { readonly ip: string; readonly body: string }>> = {
  "info.cern.ch": {
    ip: "188.184.100.182",
    body: "<html><head></head><body><header>\n<title>http://info.cern.ch</title>\n</header>\n\n<h1>http://info.cern.ch - home of the first website</h1>\n</body></html>\n",
  },
  "example.com": {
    ip: "93.184.215.14",
    body: "<!doctype html><html><head><title>Example Domain</title></head><body><h1>Example Domain</h1></body></html>\n",
  },
};

const DOMAIN = "cluster.local";
const DNS_IP = "10.96.0.10";
const API_IP = "10.96.0.1";

interface ServiceAddress {
  readonly service: Service;
  readonly slice: EndpointSlice | undefined;
}

/** Answers from the store as it is in this instant. */
export function createNames(reader: ApiReader): NameService {
  const sliceOf = (service: Service): EndpointSlice | undefined =>
    reader
      .list<EndpointSlice>("EndpointSlice", service.metadata?.namespace)
      .find((s) => s.metadata?.labels?.["kubernetes.io/service-name"] === service.metadata?.name);

  const byIp = (ip: string): ServiceAddress | undefined => {
    const service = reader.list<Service>("Service").find((s) => s.spec?.clusterIP === ip);
    return service && { service, slice: sliceOf(service) };
  };

  const readyAddresses = (slice: EndpointSlice | undefined, publish: boolean): string[] =>
    (slice?.endpoints ?? []).filter((e) => publish || e.conditions?.ready).flatMap((e) => e.addresses ?? []);

  /** `web.default.svc.cluster.local`, `pod-0.web.default.svc.cluster.local`. */
  const lookupCluster = (name: string): readonly string[] => {
    const suffix = `.svc.${DOMAIN}`;
    if (!name.endsWith(suffix)) return [];
    const labels = name.slice(0, -suffix.length).split(".");
    const namespace = labels.at(-1) ?? "";
    const service = reader.get<Service>("Service", namespace, labels.at(-2) ?? "");
    if (!service) return [];
    if (service.spec?.type === "ExternalName")
      return SITES[service.spec.externalName ?? ""] ? [SITES[service.spec.externalName ?? ""]?.ip ?? ""] : [];
    if (labels.length === 2) {
      if (service.spec?.clusterIP && service.spec.clusterIP !== "None") return [service.spec.clusterIP];
      return readyAddresses(sliceOf(service), service.spec?.publishNotReadyAddresses ?? false);
    }
    const host = labels[0];
    return reader
      .list<Pod>("Pod", namespace)
      .filter(
        (p) =>
          p.spec?.subdomain === service.metadata?.name &&
          (p.spec?.hostname ?? p.metadata?.name) === host &&
          p.status?.podIP,
      )
      .map((p) => p.status?.podIP ?? "");
  };

  return {
    lookup(name) {
      const site = SITES[name];
      return site ? [site.ip] : lookupCluster(name);
    },
    backend(ip, port) {
      const found = byIp(ip);
      if (!found || ip === API_IP || ip === DNS_IP) return null;
      const spec = found.service.spec?.ports?.find((p) => p.port === port);
      if (!spec) return "reject";
      const target = found.slice?.ports?.find((p) => (p.name ?? "") === (spec.name ?? ""))?.port;
      const endpoint = readyAddresses(found.slice, found.service.spec?.publishNotReadyAddresses ?? false)[0];
      return endpoint && target !== undefined ? { ip: endpoint, port: target as number } : "reject";
    },
    answer(ip, port, request) {
      const site = Object.values(SITES).find((s) => s.ip === ip);
      if (site && (port === 80 || port === 443))
        return { status: 200, headers: { "Content-Type": "text/html" }, body: site.body };
      if (ip === API_IP)
        return {
          status: 403,
          headers: { "Content-Type": "application/json" },
          body: `{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"forbidden: User \\"system:anonymous\\" cannot get path \\"${request.path}\\"","reason":"Forbidden","details":{},"code":403}\n`,
        };
      return undefined;
    },
  };
}

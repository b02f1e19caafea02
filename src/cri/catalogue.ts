/** The built-in images: what is in them, what they run, how big they are. */
import type { Json } from "../sim/types.ts";
import type { Signal } from "./os/contract.ts";

/** Which base an image is built on; decides its tools, its shell and their wording. */
export type Base = "busybox" | "alpine" | "debian" | "scratch";

export interface CatalogueEntry {
  /** Normalised, with their domain. */
  readonly repositories: readonly string[];
  /** Besides `latest` and everything that looks like a version. */
  readonly tags?: readonly string[];
  /** Compressed layers, MiB. */
  readonly size: number;
  readonly base: Base;
  readonly bash?: boolean;
  /** Program files: path → name of the program. */
  readonly programs?: Readonly<Record<string, string>>;
  /** Tools beyond the base's own, found in /usr/bin. */
  readonly tools?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly directories?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly env?: readonly (readonly [string, string])[];
  readonly workdir?: string;
  /** USER of the image: a name or `uid[:gid]`. */
  readonly user?: string;
  /** Users of /etc/passwd beyond the base's: name → uid. */
  readonly users?: Readonly<Record<string, number>>;
  readonly stopSignal?: Signal;
  /** For the program `declared`. */
  readonly behavior?: Json;
}

const hub = (...names: string[]): string[] => names.map((n) => `docker.io/${n.includes("/") ? n : `library/${n}`}`);
const k8s = (...names: string[]): string[] => names.flatMap((n) => [`registry.k8s.io/${n}`, `k8s.gcr.io/${n}`]);

const INDEX = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>

<p>For online documentation and support please refer to
<a href="http://nginx.org/">nginx.org</a>.<br/>
Commercial support is available at
<a href="http://nginx.com/">nginx.com</a>.</p>

<p><em>Thank you for using nginx.</em></p>
</body>
</html>
`;

const NGINX_CONF = "\nuser  nginx;\nworker_processes  auto;\n\nerror_log  /var/log/nginx/error.log notice;\npid        /run/nginx.pid;\n\nevents {\n    worker_connections  1024;\n}\n\nhttp {\n    include       /etc/nginx/mime.types;\n    default_type  application/octet-stream;\n    keepalive_timeout  65;\n    include /etc/nginx/conf.d/*.conf;\n}\n";
const NGINX_SITE = "server {\n    listen       80;\n    server_name  localhost;\n\n    location / {\n        root   /usr/share/nginx/html;\n        index  index.html index.htm;\n    }\n\n    error_page   500 502 503 504  /50x.html;\n    location = /50x.html {\n        root   /usr/share/nginx/html;\n    }\n}\n";

const nginx = {
  programs: { "/usr/sbin/nginx": "nginx" },
  files: { "/usr/share/nginx/html/index.html": INDEX, "/usr/share/nginx/html/50x.html": "<!DOCTYPE html>\n<html>\n<head>\n<title>Error</title>\n</head>\n<body>\n<h1>An error occurred.</h1>\n</body>\n</html>\n", "/etc/nginx/nginx.conf": NGINX_CONF, "/etc/nginx/conf.d/default.conf": NGINX_SITE, "/etc/nginx/mime.types": "types {\n    text/html html htm;\n}\n" },
  directories: ["/var/cache/nginx", "/var/log/nginx", "/docker-entrypoint.d"],
  cmd: ["nginx", "-g", "daemon off;"],
  users: { nginx: 101 },
} as const;

const DISTROS = ["alpine", "slim", "bookworm", "trixie", "bullseye", "stable", "edge"];

export const CATALOGUE: readonly CatalogueEntry[] = [
  { repositories: [...hub("busybox"), ...k8s("busybox", "e2e-test-images/busybox"), "gcr.io/google-containers/busybox", "quay.io/prometheus/busybox"], tags: ["stable", "musl", "glibc", "uclibc", "stable-musl", "stable-glibc"], size: 2.1, base: "busybox", cmd: ["sh"] },
  { repositories: hub("nginx", "nginxinc/nginx-unprivileged", "bitnami/nginx").concat(k8s("nginx", "nginx-slim", "e2e-test-images/nginx"), ["quay.io/nginx/nginx-unprivileged", "public.ecr.aws/nginx/nginx"]), tags: ["stable", "mainline", "perl", "stable-perl", "bookworm"], size: 72, base: "debian", tools: ["curl"], stopSignal: "QUIT", ...nginx },
  { repositories: k8s("e2e-test-images/agnhost"), size: 53, base: "alpine", bash: true, tools: ["curl", "dig", "nslookup"], programs: { "/agnhost": "agnhost" }, entrypoint: ["/agnhost"], cmd: ["pause"] },
  { repositories: k8s("liveness"), size: 4, base: "scratch", programs: { "/server": "agnhost" }, entrypoint: ["/server"], cmd: ["liveness"] },
  { repositories: [...k8s("pause", "pause-amd64"), "gcr.io/google_containers/pause", "gcr.io/google-containers/pause"], size: 0.3, base: "scratch", programs: { "/pause": "pause" }, entrypoint: ["/pause"], user: "65535:65535" },
  { repositories: [...hub("alpine"), "public.ecr.aws/docker/library/alpine"], tags: ["edge"], size: 3.6, base: "alpine", cmd: ["/bin/sh"] },
  { repositories: hub("bash"), tags: ["devel"], size: 5.5, base: "alpine", bash: true, cmd: ["bash"] },
  { repositories: hub("redis", "valkey/valkey", "bitnami/redis").concat(k8s("redis", "e2e-test-images/redis")), tags: [...DISTROS], size: 45, base: "debian", programs: { "/usr/local/bin/redis-server": "redis-server", "/usr/local/bin/redis-cli": "redis-cli", "/usr/local/bin/valkey-server": "redis-server", "/usr/local/bin/valkey-cli": "redis-cli" }, directories: ["/data", "/run"], workdir: "/data", cmd: ["redis-server"], users: { redis: 999 } },
  { repositories: hub("httpd").concat(k8s("e2e-test-images/httpd")), tags: ["alpine"], size: 59, base: "debian", programs: { "/usr/local/apache2/bin/httpd": "httpd", "/usr/local/bin/httpd-foreground": "httpd" }, files: { "/usr/local/apache2/htdocs/index.html": "<html><body><h1>It works!</h1></body></html>\n" }, workdir: "/usr/local/apache2", env: [["PATH", "/usr/local/apache2/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]], cmd: ["httpd-foreground"], stopSignal: "WINCH", users: { "www-data": 33 } },
  { repositories: hub("ubuntu"), tags: ["noble", "jammy", "focal", "rolling", "devel"], size: 29, base: "debian", bash: true, tools: ["ps", "free", "top", "uptime", "watch", "kill"], cmd: ["/bin/bash"] },
  { repositories: hub("debian"), tags: ["stable", "stable-slim", "bookworm", "bookworm-slim", "trixie", "trixie-slim", "bullseye", "sid", "testing", "unstable"], size: 47, base: "debian", bash: true, cmd: ["bash"] },
  { repositories: hub("fedora", "centos", "rockylinux", "almalinux", "amazonlinux", "opensuse/leap", "archlinux").concat(["registry.access.redhat.com/ubi9/ubi", "registry.access.redhat.com/ubi9/ubi-minimal", "quay.io/fedora/fedora", "quay.io/centos/centos"]), tags: ["rawhide", "stream9", "minimal"], size: 64, base: "debian", bash: true, tools: ["curl", "ps"], cmd: ["/bin/bash"] },
  { repositories: hub("python"), tags: ["slim", "alpine", "bookworm"], size: 360, base: "debian", bash: true, tools: ["curl", "wget"], programs: { "/usr/local/bin/python3": "python", "/usr/local/bin/python": "python" }, cmd: ["python3"] },
  { repositories: hub("node"), tags: ["lts", "current", "slim", "alpine", "lts-alpine", "lts-slim", "bookworm"], size: 380, base: "debian", bash: true, tools: ["curl", "wget"], programs: { "/usr/local/bin/node": "node-hello" }, cmd: ["node"] },
  { repositories: hub("golang", "openjdk", "eclipse-temurin", "maven", "gradle", "rust", "gcc", "ruby", "php", "buildpack-deps"), tags: [...DISTROS, "cli", "fpm", "apache", "17-jdk", "21-jdk"], size: 300, base: "debian", bash: true, tools: ["curl", "wget"], cmd: ["bash"] },
  { repositories: hub("curlimages/curl", "appropriate/curl").concat(["quay.io/curl/curl"]), size: 9, base: "alpine", tools: ["curl"], user: "curl_user", users: { curl_user: 100 }, entrypoint: ["curl"], cmd: ["--version"] },
  { repositories: hub("mysql", "mariadb", "percona"), tags: ["lts", "innovation"], size: 230, base: "debian", bash: true, programs: { "/usr/sbin/mysqld": "mysqld", "/usr/local/bin/docker-entrypoint.sh": "mysqld" }, entrypoint: ["docker-entrypoint.sh"], cmd: ["mysqld"], users: { mysql: 999 }, directories: ["/var/lib/mysql"] },
  { repositories: hub("postgres", "bitnami/postgresql"), tags: [...DISTROS], size: 155, base: "debian", bash: true, programs: { "/usr/lib/postgresql/bin/postgres": "postgres", "/usr/local/bin/docker-entrypoint.sh": "postgres", "/usr/local/bin/postgres": "postgres" }, entrypoint: ["docker-entrypoint.sh"], cmd: ["postgres"], stopSignal: "INT", users: { postgres: 999 }, directories: ["/var/lib/postgresql/data"] },
  { repositories: hub("mongo"), tags: ["noble", "jammy"], size: 290, base: "debian", bash: true, programs: { "/usr/bin/mongod": "mongod", "/usr/local/bin/docker-entrypoint.sh": "mongod" }, entrypoint: ["docker-entrypoint.sh"], cmd: ["mongod"], users: { mongodb: 999 }, directories: ["/data/db"] },
  { repositories: hub("memcached").concat(k8s("memcached")), tags: ["alpine"], size: 30, base: "debian", programs: { "/usr/local/bin/memcached": "memcached" }, user: "memcache", users: { memcache: 11211 }, cmd: ["memcached"] },
  { repositories: hub("rabbitmq"), tags: ["management", "alpine", "management-alpine"], size: 100, base: "debian", bash: true, programs: { "/opt/rabbitmq/sbin/rabbitmq-server": "rabbitmq", "/usr/local/bin/docker-entrypoint.sh": "rabbitmq" }, entrypoint: ["docker-entrypoint.sh"], cmd: ["rabbitmq-server"], users: { rabbitmq: 999 } },
  { repositories: [...k8s("etcd"), "quay.io/coreos/etcd", "gcr.io/etcd-development/etcd"], size: 58, base: "scratch", programs: { "/usr/local/bin/etcd": "etcd", "/usr/local/bin/etcdctl": "etcd" }, cmd: ["etcd"], directories: ["/var/lib/etcd"] },
  { repositories: [...k8s("coredns", "coredns/coredns"), "docker.io/coredns/coredns"], size: 17, base: "scratch", programs: { "/coredns": "coredns" }, entrypoint: ["/coredns"] },
  { repositories: k8s("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy", "metrics-server/metrics-server"), size: 28, base: "scratch", programs: { "/go-runner": "sleeper", "/usr/local/bin/kube-apiserver": "sleeper", "/usr/local/bin/kube-controller-manager": "sleeper", "/usr/local/bin/kube-scheduler": "sleeper", "/usr/local/bin/kube-proxy": "sleeper" }, entrypoint: ["/go-runner"] },
  { repositories: hub("perl"), tags: ["slim"], size: 330, base: "debian", bash: true, programs: { "/usr/local/bin/perl": "perl" }, cmd: ["perl", "-de0"] },
  { repositories: hub("polinux/stress", "polinux/stress-ng", "progrium/stress", "alexeiled/stress-ng", "colinianking/stress-ng").concat(["ghcr.io/colinianking/stress-ng"]), size: 4, base: "alpine", programs: { "/usr/local/bin/stress": "stress", "/usr/bin/stress-ng": "stress" }, cmd: ["stress", "--help"] },
  { repositories: hub("vish/stress"), size: 1.6, base: "scratch", programs: { "/stress": "vish-stress" }, entrypoint: ["/stress"] },
  { repositories: hub("hashicorp/http-echo"), size: 3.1, base: "scratch", programs: { "/http-echo": "http-echo" }, entrypoint: ["/http-echo"] },
  { repositories: [...k8s("goproxy"), "gcr.io/google_containers/goproxy"], size: 2.5, base: "scratch", programs: { "/goproxy": "goproxy" }, entrypoint: ["/goproxy"] },
  { repositories: hub("alpine/socat"), size: 4, base: "alpine", programs: { "/usr/bin/socat": "socat" }, entrypoint: ["socat"] },
  { repositories: [...k8s("hpa-example"), "gcr.io/google_containers/hpa-example"], size: 154, base: "debian", programs: { "/usr/local/bin/apache2-foreground": "hpa-example" }, cmd: ["apache2-foreground"], stopSignal: "WINCH" },
  { repositories: ["gcr.io/google-samples/node-hello"], size: 250, base: "debian", bash: true, tools: ["curl", "wget", "ps"], programs: { "/usr/local/bin/node": "node-hello" }, cmd: ["/bin/sh", "-c", "node server.js"] },
  { repositories: ["gcr.io/google-samples/hello-app", "us-docker.pkg.dev/google-samples/containers/gke/hello-app"], size: 5, base: "alpine", programs: { "/hello-app": "hello-app" }, cmd: ["/hello-app"] },
  { repositories: ["gcr.io/google-samples/gb-frontend", "us-docker.pkg.dev/google-samples/containers/gke/gb-frontend"], tags: ["v5"], size: 300, base: "debian", programs: { "/usr/local/bin/apache2-foreground": "httpd" }, cmd: ["apache2-foreground"], stopSignal: "WINCH" },
  { repositories: ["gcr.io/google_samples/gb-redis-follower", "gcr.io/google-samples/gb-redis-follower", "us-docker.pkg.dev/google-samples/containers/gke/gb-redis-follower"], size: 40, base: "debian", programs: { "/usr/local/bin/redis-server": "redis-server", "/usr/local/bin/redis-cli": "redis-cli" }, directories: ["/data", "/run"], workdir: "/data", cmd: ["redis-server"] },
  { repositories: k8s("e2e-test-images/jessie-dnsutils", "e2e-test-images/dnsutils").concat(hub("tutum/dnsutils")), size: 100, base: "debian", bash: true, tools: ["dig", "nslookup", "curl", "wget", "ps"], cmd: ["bash"] },
  { repositories: hub("nicolaka/netshoot", "praqma/network-multitool", "wbitt/network-multitool"), size: 180, base: "alpine", bash: true, tools: ["curl", "dig", "nslookup"], cmd: ["bash"] },
  { repositories: hub("fluent/fluentd", "fluent/fluent-bit").concat(k8s("fluentd-gcp"), ["gcr.io/google-containers/fluentd-gcp", "quay.io/fluentd_elasticsearch/fluentd"]), tags: ["edge"], size: 90, base: "debian", programs: { "/usr/local/bin/fluentd": "sleeper", "/run.sh": "sleeper" }, cmd: ["/run.sh"] },
  { repositories: hub("wordpress", "tomcat", "traefik", "haproxy", "registry", "caddy", "envoyproxy/envoy", "jenkins/jenkins", "grafana/grafana", "prom/prometheus", "elasticsearch", "cassandra", "zookeeper", "nats", "consul", "vault", "ghost", "drupal").concat(["quay.io/prometheus/prometheus", "gcr.io/google-samples/cassandra"]), tags: [...DISTROS, "apache", "lts"], size: 180, base: "debian", bash: true, programs: { "/usr/local/bin/docker-entrypoint.sh": "sleeper" }, entrypoint: ["docker-entrypoint.sh"] },
  { repositories: hub("hello-world"), tags: ["linux"], size: 0.01, base: "scratch", programs: { "/hello": "declared" }, behavior: { log: [{ at: 0, line: "\nHello from Docker!\nThis message shows that your installation appears to be working correctly.\n" }], exit: { at: 1, code: 0 } }, cmd: ["/hello"] },
  { repositories: ["quay.io/crio/artifact"], size: 0.01, base: "scratch", files: { "/dir/file": "1\n", "/file": "2\n" } },
];

/** Registries that answer. A name on another host fails as the host does. */
export const REGISTRIES: readonly string[] = ["docker.io", "registry.k8s.io", "k8s.gcr.io", "gcr.io", "quay.io", "ghcr.io", "mcr.microsoft.com", "public.ecr.aws", "registry.access.redhat.com", "us-docker.pkg.dev", "registry.gitlab.com"];

/** The built-in images: what they run, how big they are, what a container of them finds. */
import type { Json } from "../../sim/types.ts";
import type { Signal } from "../os/contract.ts";
import { type Base, type Extra, NGINX_FILES } from "./rootfs.ts";
import { testImages } from "./test-images.ts";

export interface ImageSpec {
  /** `docker.io/library/nginx`. */
  readonly repository: string;
  /** Tags besides `latest` and what looks like a version. */
  readonly tags: readonly string[];
  readonly sizeBytes: number;
  readonly base: Base;
  readonly shell: boolean;
  readonly flavor: "busybox" | "gnu";
  readonly sh: "ash" | "dash" | "bash";
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workingDir: string;
  /** Empty: root. A number, or a name of /etc/passwd. */
  readonly user: string;
  readonly stopSignal: Signal;
  readonly files: Extra;
  readonly behavior?: Json;
  /** Of scenario images. */
  readonly pull?: { readonly latencyMs?: number; readonly bandwidth?: number; readonly error?: string };
  /** Accepts exactly its listed tags. */
  readonly strict?: boolean;
}

const Mi = 1024 * 1024;
export const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export type Row = Partial<Omit<ImageSpec, "repository" | "sizeBytes">> & { readonly size: number };

function spec(repository: string, row: Row): ImageSpec {
  const base = row.base ?? "debian";
  const busybox = base === "busybox" || base === "alpine" || base === "scratch";
  const { size, ...rest } = row;
  return {
    repository,
    tags: [],
    sizeBytes: Math.round(size * Mi),
    base,
    shell: base !== "scratch",
    flavor: busybox ? "busybox" : "gnu",
    sh: busybox ? "ash" : "dash",
    entrypoint: [],
    cmd: [],
    env: { PATH: DEFAULT_PATH },
    workingDir: "",
    user: "",
    stopSignal: "TERM",
    files: {},
    ...rest,
  };
}

/** A program alone in an otherwise empty image. */
const single = (path: string, program: string, size: number, more: Partial<Row> = {}): Row => ({
  size,
  base: "scratch",
  entrypoint: [path],
  files: { [path]: { program } },
  ...more,
});

const nginx: Row = {
  size: 72,
  tags: ["mainline", "stable", "alpine", "stable-alpine", "perl"],
  cmd: ["nginx", "-g", "daemon off;"],
  stopSignal: "QUIT",
  files: NGINX_FILES,
  env: { PATH: DEFAULT_PATH, NGINX_VERSION: "1.27.5", PKG_RELEASE: "1~bookworm" },
};
const busybox: Row = {
  size: 2.1,
  base: "busybox",
  tags: ["stable", "musl", "glibc", "uclibc"],
  cmd: ["sh"],
  env: { PATH: DEFAULT_PATH },
};
const agnhost: Row = {
  size: 51,
  base: "alpine",
  entrypoint: ["/agnhost"],
  cmd: ["pause"],
  tags: [],
  files: {
    "/agnhost": { program: "agnhost" },
    "/agnhost-2": { program: "agnhost" },
    "/uploads": { dir: true },
    "/localhost.crt": "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
    "/localhost.key": "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
    "/bin/bash": { program: "sh" },
    "/usr/bin/curl": { program: "busybox" },
    "/usr/bin/dig": { program: "busybox" },
    "/etc/passwd":
      "root:x:0:0:root:/root:/bin/sh\nuser-defined-in-image:x:1000:1000::/home/user-defined-in-image:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n",
    "/etc/group":
      "root:x:0:\nuser-defined-in-image:x:1000:\ngroup-defined-in-image:x:50000:user-defined-in-image\nnogroup:x:65534:\n",
  },
};
const pause: Row = single("/pause", "pause", 0.3, { user: "65535" });
const redis: Row = {
  size: 45,
  tags: ["alpine", "bookworm"],
  entrypoint: [],
  cmd: ["redis-server"],
  workingDir: "/data",
  files: {
    "/usr/local/bin/redis-server": { program: "redis-server" },
    "/usr/local/bin/redis-cli": { program: "redis-cli" },
    "/data": { dir: true },
  },
};
const withProgram = (path: string, program: string, size: number, more: Partial<Row> = {}): Row => ({
  size,
  cmd: [path.split("/").pop()!],
  files: { [path]: { program } },
  ...more,
});

const rows: Readonly<Record<string, Row>> = {
  "docker.io/library/nginx": nginx,
  "docker.io/nginxinc/nginx-unprivileged": {
    ...nginx,
    user: "101",
    files: {
      ...NGINX_FILES,
      "/etc/nginx/conf.d/default.conf":
        "server {\n    listen       8080;\n    location / {\n        root   /usr/share/nginx/html;\n    }\n}\n",
      "/var/cache/nginx": { dir: true, mode: 0o777 },
      "/run": { dir: true, mode: 0o1777 },
    },
  },
  "docker.io/library/busybox": busybox,
  "registry.k8s.io/busybox": busybox,
  "registry.k8s.io/e2e-test-images/busybox": busybox,
  "gcr.io/google-containers/busybox": busybox,
  "k8s.gcr.io/busybox": busybox,
  "docker.io/library/alpine": { size: 3.6, base: "alpine", tags: ["edge"], cmd: ["/bin/sh"] },
  "docker.io/curlimages/curl": {
    size: 9,
    base: "alpine",
    user: "curl_user",
    entrypoint: ["/entrypoint.sh"],
    cmd: ["curl"],
    files: {
      "/usr/bin/curl": { program: "busybox" },
      "/entrypoint.sh": {
        script: '#!/bin/sh\nif [ "${1#-}" != "$1" ]; then set -- curl "$@"; fi\nexec "$@"\n',
      },
      "/etc/passwd":
        "root:x:0:0:root:/root:/bin/sh\ncurl_user:x:100:101:Linux User:/home/curl_user:/sbin/nologin\n",
    },
  },
  "docker.io/library/debian": {
    size: 48,
    tags: ["stable", "bookworm", "bookworm-slim", "stable-slim", "trixie", "sid"],
    cmd: ["bash"],
  },
  "docker.io/library/ubuntu": {
    size: 29,
    base: "ubuntu",
    tags: ["noble", "jammy", "focal", "rolling"],
    cmd: ["/bin/bash"],
  },
  "docker.io/library/fedora": { size: 61, base: "fedora", sh: "bash", tags: ["rawhide"], cmd: ["/bin/bash"] },
  "docker.io/library/centos": { size: 80, base: "fedora", sh: "bash", tags: ["stream9"], cmd: ["/bin/bash"] },
  "docker.io/library/bash": {
    size: 6,
    base: "alpine",
    sh: "bash",
    entrypoint: [],
    cmd: ["bash"],
    files: { "/usr/local/bin/bash": { program: "sh" } },
  },
  "registry.k8s.io/e2e-test-images/agnhost": agnhost,
  "k8s.gcr.io/e2e-test-images/agnhost": agnhost,
  "registry.k8s.io/liveness": {
    ...agnhost,
    entrypoint: [],
    cmd: ["/server"],
    files: {
      "/server": { script: "#!/bin/sh\nexec /agnhost liveness\n" },
      "/agnhost": { program: "agnhost" },
    },
  },
  "registry.k8s.io/pause": pause,
  "k8s.gcr.io/pause": pause,
  "gcr.io/google-containers/pause": pause,
  "registry.k8s.io/goproxy": single("/goproxy", "goproxy", 2),
  "registry.k8s.io/etcd": {
    size: 55,
    base: "scratch",
    shell: false,
    entrypoint: [],
    cmd: ["/usr/local/bin/etcd"],
    files: { "/usr/local/bin/etcd": { program: "etcd" } },
  },
  "quay.io/coreos/etcd": {
    size: 55,
    base: "scratch",
    shell: false,
    cmd: ["/usr/local/bin/etcd"],
    files: { "/usr/local/bin/etcd": { program: "etcd" } },
  },
  "registry.k8s.io/coredns/coredns": single("/coredns", "coredns", 20),
  "registry.k8s.io/hpa-example": withProgram("/usr/local/bin/apache2-foreground", "hpa-example", 138),
  "registry.k8s.io/e2e-test-images/jessie-dnsutils": {
    size: 80,
    cmd: ["sleep", "infinity"],
    files: {
      "/usr/bin/nslookup": { program: "busybox" },
      "/usr/bin/dig": { program: "busybox" },
      "/usr/bin/curl": { program: "busybox" },
    },
  },
  "docker.io/library/redis": redis,
  "registry.k8s.io/redis": redis,
  "docker.io/library/postgres": withProgram("/usr/local/bin/postgres", "postgres", 155, {
    stopSignal: "INT",
    tags: ["alpine", "bookworm"],
  }),
  "docker.io/library/mysql": withProgram("/usr/sbin/mysqld", "mysqld", 230, { tags: ["lts", "oracle"] }),
  "docker.io/library/mariadb": withProgram("/usr/sbin/mariadbd", "mysqld", 105, { tags: ["lts"] }),
  "docker.io/library/mongo": withProgram("/usr/bin/mongod", "mongod", 300),
  "docker.io/library/memcached": withProgram("/usr/local/bin/memcached", "memcached", 31, {
    tags: ["alpine"],
  }),
  "docker.io/library/rabbitmq": withProgram("/usr/sbin/rabbitmq-server", "rabbitmq", 100, {
    tags: ["management"],
  }),
  "docker.io/library/httpd": withProgram("/usr/local/bin/httpd-foreground", "httpd", 56, {
    stopSignal: "WINCH",
    tags: ["alpine"],
    files: {
      "/usr/local/bin/httpd-foreground": { program: "httpd" },
      "/usr/local/apache2/htdocs/index.html": "<html><body><h1>It works!</h1></body></html>\n",
    },
  }),
  "docker.io/library/python": withProgram("/usr/local/bin/python3", "python", 360, {
    tags: ["slim", "alpine", "slim-bookworm"],
    files: {
      "/usr/local/bin/python3": { program: "python" },
      "/usr/local/bin/python": { program: "python" },
    },
  }),
  "docker.io/library/node": {
    size: 380,
    tags: ["slim", "alpine", "lts", "lts-alpine"],
    cmd: ["node"],
    files: {
      "/usr/local/bin/node": { program: "node-hello" },
      "/usr/local/bin/npm": { program: "node-hello" },
    },
  },
  "docker.io/library/perl": withProgram("/usr/local/bin/perl", "perl", 350, { tags: ["slim"] }),
  "docker.io/hashicorp/http-echo": single("/http-echo", "http-echo", 4, { user: "65532" }),
  "docker.io/alpine/socat": {
    size: 4,
    base: "alpine",
    entrypoint: ["socat"],
    files: { "/usr/bin/socat": { program: "socat" } },
  },
  "docker.io/polinux/stress": {
    size: 5,
    base: "alpine",
    cmd: ["stress"],
    files: { "/usr/local/bin/stress": { program: "stress" } },
  },
  "docker.io/polinux/stress-ng": {
    size: 9,
    base: "alpine",
    entrypoint: ["/usr/bin/stress-ng"],
    files: { "/usr/bin/stress-ng": { program: "stress" } },
  },
  "docker.io/alexeiled/stress-ng": {
    size: 6,
    base: "scratch",
    entrypoint: ["/stress-ng"],
    files: { "/stress-ng": { program: "stress" } },
  },
  "docker.io/progrium/stress": {
    size: 110,
    entrypoint: ["/usr/bin/stress", "--verbose"],
    files: { "/usr/bin/stress": { program: "stress" } },
  },
  "docker.io/vish/stress": single("/stress", "vish-stress", 2),
  "gcr.io/google-samples/node-hello": {
    size: 250,
    cmd: ["node", "server.js"],
    files: { "/usr/local/bin/node": { program: "node-hello" }, "/server.js": "// says hello\n" },
  },
  "gcr.io/google-samples/hello-app": single("/hello-app", "hello-app", 10),
  "us-docker.pkg.dev/google-samples/containers/gke/hello-app": single("/hello-app", "hello-app", 10),
  "docker.io/kicbase/echo-server": single("/bin/echo-server", "hello-app", 5),
  "registry.k8s.io/fluentd-gcp": single("/run.sh", "sleeper", 150),
  "quay.io/fluentd_elasticsearch/fluentd": single("/entrypoint.sh", "sleeper", 100),
  "docker.io/fluent/fluentd": single("/entrypoint.sh", "sleeper", 30),
  "docker.io/fluent/fluent-bit": single("/fluent-bit", "sleeper", 35),
  "docker.io/prom/node-exporter": single("/bin/node_exporter", "sleeper", 12, { user: "65534" }),
  "registry.k8s.io/kube-proxy": single("/usr/local/bin/kube-proxy", "sleeper", 30),
  "registry.k8s.io/kube-apiserver": single("/usr/local/bin/kube-apiserver", "sleeper", 27),
  "registry.k8s.io/kube-controller-manager": single("/usr/local/bin/kube-controller-manager", "sleeper", 22),
  "registry.k8s.io/kube-scheduler": single("/usr/local/bin/kube-scheduler", "sleeper", 17),
  ...testImages({ agnhost, nginx }),
  "quay.io/crio/artifact": { size: 0.1, base: "scratch", files: { "/dir/file": "1\n", "/file": "2\n" } },
};

export const CATALOGUE: ReadonlyMap<string, ImageSpec> = new Map(
  Object.keys(rows).map((r) => [r, spec(r, rows[r]!)]),
);

/** Registries that answer; any other host has no name in DNS. */
export const REGISTRIES: ReadonlySet<string> = new Set(
  [...CATALOGUE.keys()]
    .map((r) => r.split("/")[0]!)
    .concat(["ghcr.io", "mcr.microsoft.com", "public.ecr.aws"]),
);

/** `1.27`, `v1.36.1`, `1.27-alpine`, `3.10.1`, `bookworm-20251103`. */
export function looksLikeVersion(tag: string): boolean {
  return /^v?\d+(\.\d+)*([-.+_][A-Za-z0-9.]+)*$/.test(tag);
}

/** An image that a scenario declares: busybox's shell unless it says otherwise, `run` as its entrypoint. */
export function declaredSpec(
  repository: string,
  tag: string,
  d: { sizeBytes: number; shell?: boolean; user?: string; run?: Json; pull?: ImageSpec["pull"] },
): ImageSpec {
  return {
    ...spec(repository, {
      size: 0,
      base: "busybox",
      entrypoint: ["/app"],
      files: { "/app": { program: "declared" } },
    }),
    sizeBytes: d.sizeBytes,
    shell: d.shell !== false,
    base: d.shell === false ? "scratch" : "busybox",
    tags: [tag],
    strict: true,
    user: d.user ?? "",
    ...(d.run !== undefined ? { behavior: d.run } : {}),
    ...(d.pull ? { pull: d.pull } : {}),
  };
}

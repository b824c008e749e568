import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { MissingTool, capture, show } from '../check.ts';
import { writeKubernetesSchemas } from './kubernetes-schemas.ts';
import { onPath } from './packages.ts';

export const HELM_VERSION = 'v3.22.0';
export const KUBECONFORM_VERSION = 'v0.8.0';
export const KUBERNETES_VERSION = 'v1.35.4';

/** Built once per machine, and kept outside the checkout. */
const TOOLS = join(homedir(), '.cache/signalbox/tools');

const stampOf = (name: string) => join(TOOLS, `.${name}.version`);
const isBuilt = (name: string, version: string) => existsSync(stampOf(name)) && readFileSync(stampOf(name), 'utf8') === version;

function needGo(): void {
  if (onPath('go')) return;
  throw new MissingTool('Go is missing: it builds Helm and kubeconform, once. Install Go 1.24 or later (as the package golang-go or golang of a recent system, by Homebrew\'s `brew install go`, or from go.dev), put it on PATH, and start again.');
}

async function goInstall(name: string, version: string, module: string, flags: string): Promise<string> {
  const program = join(TOOLS, name);
  if (isBuilt(name, version) && existsSync(program)) return program;
  needGo();
  console.log(`   building ${name} ${version} into ${TOOLS} (once; one to five minutes)`);
  mkdirSync(TOOLS, { recursive: true });
  const status = await show('go', ['install', '-trimpath', '-ldflags', `-s -w ${flags}`, `${module}@${version}`], { env: { GOBIN: TOOLS, CGO_ENABLED: '0' }, cwd: TOOLS });
  if (status !== 0) throw new Error(`${name} could not be built (see above): check that Go is 1.24 or later, and that it reaches its module proxy`);
  writeFileSync(stampOf(name), version);
  return program;
}

/** A plain `go install` takes itself for a client of Kubernetes 1.20, and refuses charts that want a later one: releases are built with these flags. */
function helmFlags(): string {
  const [major, minor] = KUBERNETES_VERSION.slice(1).split('.');
  const places = ['pkg/lint/rules', 'pkg/chartutil'];
  const versions = places.flatMap((p) => [`-X helm.sh/helm/v3/${p}.k8sVersionMajor=${major}`, `-X helm.sh/helm/v3/${p}.k8sVersionMinor=${minor}`]);
  return [`-X helm.sh/helm/v3/internal/version.version=${HELM_VERSION}`, ...versions].join(' ');
}

export const helm = () => goInstall('helm', HELM_VERSION, 'helm.sh/helm/v3/cmd/helm', helmFlags());

export const kubeconform = () => goInstall('kubeconform', KUBECONFORM_VERSION, 'github.com/yannh/kubeconform/cmd/kubeconform', `-X main.version=${KUBECONFORM_VERSION}`);

/** JSON schemas of Kubernetes' own kinds, made from the OpenAPI document in its Go module. Gives kubeconform's location of them. */
export function kubernetesSchemas(): string {
  const dir = join(TOOLS, 'schemas', KUBERNETES_VERSION);
  if (!isBuilt('schemas', KUBERNETES_VERSION)) {
    needGo();
    console.log(`   taking the schemas of Kubernetes ${KUBERNETES_VERSION} from its Go module (once)`);
    mkdirSync(TOOLS, { recursive: true });
    const { status, stdout } = capture('go', ['mod', 'download', '-json', `k8s.io/kubernetes@${KUBERNETES_VERSION}`], { cwd: TOOLS });
    if (status !== 0) throw new Error('the Go module k8s.io/kubernetes could not be fetched (see above)');
    writeKubernetesSchemas(join((JSON.parse(stdout) as { Dir: string }).Dir, 'api/openapi-spec/swagger.json'), dir);
    writeFileSync(stampOf('schemas'), KUBERNETES_VERSION);
  }
  return join(dir, '{{.ResourceKind}}{{.KindSuffix}}.json');
}

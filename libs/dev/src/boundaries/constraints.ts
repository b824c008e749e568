/**
 * Who may import whom. Inner things know nothing; contracts are data; connectors know only their port; services know
 * libs, never each other; only standalone and tests start services.
 *
 * Every project has one `type:` and one `scope:` tag (its package.json, under nx.tags), and must satisfy the rule of
 * both. What no rule allows is refused, an unknown tag included.
 */
export interface Constraint {
  tag: string;
  /** Tags of the projects that may be imported. `*` is every one. */
  allow: string[];
  /** The same for code that only tests run (specs and src/testing), on top of `allow`. */
  allowInTests?: string[];
  /** Registry packages that may not be imported. */
  banned?: RegExp;
  /** Why, and what to do instead. */
  message: string;
}

const FRAMEWORKS = /^(@nestjs\/|typeorm$|pg($|-)|@grpc\/|nice-grpc|kafkajs$|@confluentinc\/)/;
const types = (...names: string[]) => names.map((n) => `type:${n}`);
const SERVICE_SCOPES = ['segments', 'matching', 'orchestrations', 'crm-writer', 'lead-conversion', 'outreach-sync', 'scheduler', 'gateway'];
/** The services that talk to somebody else's API. */
const CRM_SERVICES = new Set(['crm-writer', 'outreach-sync']);

const LAYERS: Constraint[] = [
  { tag: 'type:kernel', allow: [], banned: FRAMEWORKS, message: 'The kernel knows nothing: what needs more than itself belongs to a platform library.' },
  { tag: 'type:testing', allow: types('kernel'), message: 'libs/testing knows only the kernel: a suite belongs into src/testing of the library that owns the port.' },
  { tag: 'type:contract', allow: types('kernel'), message: 'Contracts are data: behaviour belongs to the service that speaks them.' },
  { tag: 'type:port', allow: types('kernel'), allowInTests: types('testing'), banned: FRAMEWORKS, message: 'A port says what is needed and not how it is done: leave frameworks and adapters to whoever implements it.' },
  { tag: 'type:connector', allow: types('kernel', 'port'), allowInTests: types('testing', 'sandbox'), banned: FRAMEWORKS, message: 'A connector knows only its port, so that adding one changes nothing else: take what is missing through connectors/sdk.' },
  { tag: 'type:registry', allow: types('kernel', 'port', 'connector'), allowInTests: types('testing'), message: 'The registry lists connectors, and does nothing.' },
  { tag: 'type:sandbox', allow: types('kernel'), allowInTests: types('testing'), message: 'A sandbox speaks a provider\'s protocol as a stranger would: it shares no code with the connector that it tests.' },
  { tag: 'type:platform', allow: types('kernel', 'contract', 'platform'), allowInTests: types('testing'), message: 'A platform library serves every service: it knows contracts, and no service, port or provider.' },
  { tag: 'type:service', allow: types('kernel', 'contract', 'port', 'platform', 'registry'), allowInTests: types('testing', 'sandbox'), message: 'Services know libraries, never each other: call over gRPC with a client from contracts, or listen to its events.' },
  { tag: 'type:web', allow: types('contract'), message: 'The console knows the API and nothing behind it.' },
  { tag: 'type:standalone', allow: types('kernel', 'contract', 'platform', 'service', 'sandbox'), allowInTests: types('testing'), message: 'Standalone starts services; it takes no part in what they do.' },
  { tag: 'type:e2e', allow: types('kernel', 'contract', 'port', 'connector', 'registry', 'platform', 'testing', 'sandbox', 'service', 'standalone', 'dev', 'e2e'), message: 'Tests may start everything; the console is driven through a browser.' },
  { tag: 'type:dev', allow: types('kernel', 'platform', 'service'), message: 'The developer tools read declared settings, and take no part in the product.' },
];

const AREAS: Constraint[] = [
  { tag: 'scope:shared', allow: ['scope:shared'], message: 'What everyone uses may not know an area: move the code, or turn the dependency round with a port.' },
  { tag: 'scope:crm', allow: ['scope:crm', 'scope:shared'], message: 'Providers are known to connectors only.' },
  ...SERVICE_SCOPES.map((name): Constraint => ({
    tag: `scope:${name}`,
    allow: [`scope:${name}`, 'scope:shared', ...(CRM_SERVICES.has(name) ? ['scope:crm'] : [])],
    message: 'Services keep to their own area, and only crm-writer and outreach-sync know providers: send them a change batch, or listen to events.',
  })),
  { tag: 'scope:root', allow: ['*'], message: '' },
];

export const CONSTRAINTS: ReadonlyMap<string, Constraint> = new Map([...LAYERS, ...AREAS].map((c) => [c.tag, c]));

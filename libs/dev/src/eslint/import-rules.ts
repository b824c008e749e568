import { APPLICATION, DOMAIN, SERVICE_SOURCE, SPEC, TEST_CODE, type Place } from './where.ts';

export interface ImportRule extends Place {
  banned: RegExp[];
}

const FRAMEWORKS = /^(@nestjs\/|typeorm($|\/)|pg($|-)|@grpc\/|nice-grpc|kafkajs|@confluentinc\/|rxjs|express|pino|prom-client|jsforce)/;
const NODE = /^node:/;
const inFolder = (name: string) => new RegExp(`^\\.\\.?/(.*/)?${name}/`);

/** Inside a service: domain ← application ← adapters ← module and start. Between packages, see ../boundaries. */
export const IMPORT_RULES: ImportRule[] = [
  {
    files: [DOMAIN], except: [SPEC],
    banned: [FRAMEWORKS, NODE, inFolder('application'), inFolder('adapters'), /^@signalbox\/(platform-(?!orchestration$)|connectors)/],
    // Contracts are data, and what a kind is made of is pure: both may be named here. Whoever speaks them over a wire is an adapter.
    message: 'Domain is pure, so that it can be tested and replayed with plain values: pass data in, and let the application layer fetch it.',
  },
  {
    files: [APPLICATION], except: [SPEC],
    banned: [inFolder('adapters'), /^(typeorm|pg|kafkajs|express)($|\/|-)/, /^@grpc\//, /^nice-grpc/],
    message: 'A use case does not know which store or wire it runs on: add what it needs to ports.ts, and implement that in an adapter.',
  },
  {
    files: [SERVICE_SOURCE], except: [...TEST_CODE, /^services\/standalone\//, /\/src\/(main|start|index|migrate|[a-z-]+\.module)\.ts$/],
    banned: [/^\.\.?\/(.*\/)?(main|start|index|[a-z-]+\.module)\.ts$/],
    message: 'The module and start files put the parts together; parts that import them form a circle: inject what is needed by its token.',
  },
  {
    files: [/./], except: TEST_CODE,
    banned: [/^@signalbox\/testing$/, /^@signalbox\/[^/]+\/testing$/, inFolder('testing')],
    message: 'Test code stays out of what is shipped: import it in *.spec.ts, src/testing or tests/ only.',
  },
  {
    files: [SPEC], except: [/^libs\/testing\//],
    banned: [/^(node:)?timers(\/promises)?$/],
    message: 'A sleep is either too short or too long: use waitFor(condition) from @signalbox/testing.',
  },
];

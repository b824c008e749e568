import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

type Schema = { [key: string]: unknown; $ref?: string; properties?: Record<string, Schema>; items?: Schema; additionalProperties?: Schema | boolean };
interface Gvk { group: string; version: string; kind: string }

const REF = '#/definitions/';
/** Types that Kubernetes writes in more than one way. */
const SPECIAL: Record<string, Schema> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { type: ['string', 'number'] },
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { type: ['string', 'integer'] },
};

/** One schema made strict: an object has the fields that are listed, and no others. `used` collects what it refers to. */
function strict(schema: Schema, used: Set<string>): Schema {
  if (schema.$ref) {
    used.add(schema.$ref.slice(REF.length));
    return { $ref: schema.$ref };
  }
  const out: Schema = {};
  for (const [key, value] of Object.entries(schema)) if (!key.startsWith('x-kubernetes') && key !== 'description' && key !== 'default') out[key] = value;
  if (schema.properties) {
    out.properties = Object.fromEntries(Object.entries(schema.properties).map(([name, property]) => [name, strict(property, used)]));
    out.additionalProperties ??= false;
  }
  if (schema.items) out.items = strict(schema.items, used);
  if (typeof schema.additionalProperties === 'object') out.additionalProperties = strict(schema.additionalProperties, used);
  return out;
}

function closure(name: string, definitions: Record<string, Schema>, into: Record<string, Schema>): void {
  if (into[name]) return;
  const used = new Set<string>();
  into[name] = SPECIAL[name] ?? strict(definitions[name] ?? {}, used);
  for (const next of used) closure(next, definitions, into);
}

/** Writes one self-contained strict JSON schema per kind of Kubernetes, named <kind>-<group>-<version>.json. */
export function writeKubernetesSchemas(openApiFile: string, dir: string): void {
  const { definitions } = JSON.parse(readFileSync(openApiFile, 'utf8')) as { definitions: Record<string, Schema> };
  mkdirSync(dir, { recursive: true });
  for (const [name, definition] of Object.entries(definitions)) {
    const kinds = (definition['x-kubernetes-group-version-kind'] ?? []) as Gvk[];
    // What has many kinds, such as DeleteOptions, stands in no manifest.
    if (kinds.length !== 1) continue;
    const { group, version, kind } = kinds[0]!;
    const needed: Record<string, Schema> = {};
    closure(name, definitions, needed);
    const root = needed[name]!;
    root.properties = { ...root.properties, apiVersion: { enum: [group ? `${group}/${version}` : version] }, kind: { enum: [kind] } };
    root.required = [...new Set([...((root.required as string[] | undefined) ?? []), 'apiVersion', 'kind'])];
    const file = [kind, ...(group ? [group.split('.')[0]!] : []), version].join('-').toLowerCase();
    writeFileSync(join(dir, `${file}.json`), JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', $ref: REF + name, definitions: needed }));
  }
}

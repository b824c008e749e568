/** `@{refAccount.id}`, `@{refRows[0].id}`, `@{refQuery.records[0].Id}` in the url or body of a composite subrequest. */
const REFERENCE = /@\{([A-Za-z0-9_]+)((?:\.\w+|\[\d+\])*)\}/g;

export class UnresolvedReference extends Error {}

function lookUp(bodies: Map<string, unknown>, name: string, path: string): unknown {
  let value: unknown = bodies.get(name);
  for (const step of path.match(/\w+/g) ?? []) {
    value = value !== null && typeof value === 'object' && Object.hasOwn(value, step) ? (value as Record<string, unknown>)[step] : undefined;
  }
  if (value === undefined || value === null || !bodies.has(name)) {
    throw new UnresolvedReference(`Invalid reference specified. No value for ${name}${path} found in ${name}`);
  }
  return value;
}

/** The same value with every reference put in. A body without references is handed back as it is. */
export function resolveReferences(value: unknown, bodies: Map<string, unknown>): unknown {
  if (typeof value === 'string') {
    if (!value.includes('@{')) return value;
    return value.replace(REFERENCE, (_whole, name: string, path: string) => String(lookUp(bodies, name, path)));
  }
  if (Array.isArray(value)) return mapped(value, bodies);
  if (value === null || typeof value !== 'object') return value;
  let copy: Record<string, unknown> | undefined;
  for (const [key, inner] of Object.entries(value)) {
    const resolved = resolveReferences(inner, bodies);
    if (resolved !== inner) (copy ??= { ...(value as Record<string, unknown>) })[key] = resolved;
  }
  return copy ?? value;
}

function mapped(list: unknown[], bodies: Map<string, unknown>): unknown[] {
  let copy: unknown[] | undefined;
  list.forEach((inner, i) => {
    const resolved = resolveReferences(inner, bodies);
    if (resolved !== inner) (copy ??= [...list])[i] = resolved;
  });
  return copy ?? list;
}

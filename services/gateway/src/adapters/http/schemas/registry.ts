import { z } from 'zod';

/** Schemas of the REST API that have a name in its description. */
export const apiSchemas = z.registry<{ id: string }>();

export function named<S extends z.ZodType>(id: string, schema: S): S {
  apiSchemas.add(schema, { id });
  return schema;
}

export function idOf(schema: z.ZodType): string {
  const found = apiSchemas.get(schema);
  if (!found) throw new Error('a body schema needs a name: named(…)');
  return found.id;
}

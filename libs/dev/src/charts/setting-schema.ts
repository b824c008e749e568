import type { z } from 'zod';
import type { Setting } from '@signalbox/platform-config';

export type JsonSchema = Record<string, unknown>;

interface Definition { type: string; innerType?: z.ZodType; in?: z.ZodType; entries?: Record<string, string>; checks?: { _zod: { def: { check?: string; value?: number } } }[] }

const definitionOf = (schema: z.ZodType) => (schema as unknown as { _zod: { def: Definition } })._zod.def;

function numberSchema(definition: Definition): JsonSchema {
  const bound = (check: string) => definition.checks?.map((c) => c._zod.def).find((d) => d.check === check)?.value;
  const [minimum, maximum] = [bound('greater_than'), bound('less_than')];
  return { type: 'integer', ...(minimum === undefined ? {} : { minimum }), ...(maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? {} : { maximum }) };
}

function kindSchema(schema: z.ZodType): JsonSchema {
  const definition = definitionOf(schema);
  if (definition.innerType) return kindSchema(definition.innerType);
  if (definition.type === 'pipe' && definition.in) return kindSchema(definition.in);
  if (definition.type === 'number') return numberSchema(definition);
  const values = Object.values(definition.entries ?? {});
  if (values.length === 0) return { type: 'string' };
  return values.sort().join() === 'false,true' ? { type: 'boolean' } : { enum: values };
}

/** What a setting may be in the chart's values: the same kind as in the environment, written as YAML writes it. */
export function settingSchema(setting: Setting): JsonSchema {
  return { description: `${setting.description} (${setting.env})`, ...kindSchema(setting.schema) };
}

import { ContractSchemas, refTo, type JsonSchema } from './json/json-schema.ts';
import { idOf } from './schemas/registry.ts';
import type { z } from 'zod';

/** Schemas of answers, collected while the controllers are loaded. */
export const answers = new ContractSchemas();

/** The schema of an answer that is one message of the contract, e.g. 'segments.v1.Segment'. */
export const one = (message: string): JsonSchema => answers.message(message);
/** The schema of an answer that is a page of them, by its response message. */
export const pageOf = (response: string): JsonSchema => answers.page(response);
/** The schema of an answer of the gateway's own. */
export const own = (schema: z.ZodType): JsonSchema => refTo(idOf(schema));

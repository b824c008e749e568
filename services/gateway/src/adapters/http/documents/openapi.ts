import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { answers } from '../contract-docs.ts';
import { refTo, type JsonSchema } from '../json/json-schema.ts';
import { apiSchemas } from '../schemas/registry.ts';

const PROBLEM: JsonSchema = {
  type: 'object', required: ['type', 'title', 'status', 'detail', 'code'], description: 'RFC 9457.',
  properties: {
    type: { type: 'string' }, title: { type: 'string' }, status: { type: 'integer' }, detail: { type: 'string', description: 'For a person: what is wrong, where, and what to do.' },
    code: { type: 'string', description: 'Stable, e.g. segments.rule.unknown_field.' }, field: { type: 'string' },
    problems: { type: 'array', items: { type: 'object', required: ['field', 'message'], properties: { field: { type: 'string' }, message: { type: 'string' } } } },
    traceId: { type: 'string', description: 'Also in the header x-trace-id and in every log line of the request.' }, retryAfterMs: { type: 'integer' },
  },
};

const DESCRIPTION = [
  'Ids are strings, times are ISO 8601 in UTC, enum values are lower-case words. Lists come in pages: `{items, nextCursor, total}`; send `nextCursor` as `?cursor=`.',
  'Errors are `application/problem+json`. Sign in with an API token (`authorization: Bearer sbx_…`), or with the session cookie of the console, which only takes changes from its own pages.',
  'Cells of CSV downloads that begin with = + - or @ get a leading apostrophe, so that no spreadsheet runs them.',
].join('\n\n');

function zodSchemas(): Record<string, JsonSchema> {
  const { schemas } = z.toJSONSchema(apiSchemas, { uri: (id) => `#/components/schemas/${id}`, io: 'input', unrepresentable: 'any' });
  return Object.fromEntries(Object.entries(schemas).map(([id, { $schema: _s, $id: _i, ...schema }]) => [id, schema as JsonSchema]));
}

function merge(target: Record<string, JsonSchema>, more: Record<string, JsonSchema>): void {
  for (const [name, schema] of Object.entries(more)) {
    if (Object.hasOwn(target, name)) throw new Error(`two schemas of the API are called ${name}`);
    target[name] = schema;
  }
}

/** The description of the REST API: paths from the controllers, bodies from their zod schemas, answers from the contract. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Signalbox').setVersion('1').setDescription(DESCRIPTION).setOpenAPIVersion('3.1.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API token: sbx_…' }, 'token').addCookieAuth('sbx_session', { type: 'apiKey', in: 'cookie' }, 'session')
    .addSecurityRequirements('token').addSecurityRequirements('session')
    .build();
  const document = SwaggerModule.createDocument(app, config, { autoTagControllers: true, operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}` });
  const schemas: Record<string, JsonSchema> = { Problem: PROBLEM };
  merge(schemas, answers.schemas);
  merge(schemas, zodSchemas());
  document.components = { ...document.components, schemas: schemas as never };
  const problem = { description: 'A problem.', content: { 'application/problem+json': { schema: refTo('Problem') } } };
  for (const path of Object.values(document.paths)) {
    for (const operation of Object.values(path) as { responses?: Record<string, unknown> }[]) {
      if (operation?.responses) operation.responses['default'] = problem;
    }
  }
  return document;
}

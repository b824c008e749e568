import { parserError, SfError } from '../errors.ts';
import type { BodyRules } from '../../serving/io.ts';

/** Largest request body, unpacked (REST guide: 50 MB). */
const MAX_BODY = 50 * 1024 * 1024;

export const SALESFORCE_BODIES: BodyRules = {
  maxBytes: MAX_BODY,
  tooLarge: () => new SfError(413, 'EXCEEDED_MAX_SIZE_REQUEST', `The request body is larger than ${MAX_BODY} bytes.`),
  notPacked: () => new SfError(400, 'JSON_PARSER_ERROR', 'The request body is not packed as its Content-Encoding says.'),
};

/** Data of a bulk job: 100 MB of CSV, as the vendor advises, with some room. */
export const BULK_BODIES: BodyRules = { ...SALESFORCE_BODIES, maxBytes: 3 * MAX_BODY };

/** A JSON body; undefined when there is none. */
export function parseJson(body: Buffer, contentType: string | undefined): unknown {
  if (body.length === 0) return undefined;
  if (contentType && !/^application\/(?:[\w.+-]*\+)?json\b/i.test(contentType)) {
    throw new SfError(415, 'UNSUPPORTED_MEDIA_TYPE', `The request entity is in the unsupported format '${contentType}'.`);
  }
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw parserError(`${(error as Error).message} at [line:1, column:1]`);
  }
}

import type { BodyRules } from '../../serving/io.ts';
import { HsError, validation } from '../errors.ts';

export const HUBSPOT_BODIES: BodyRules = {
  maxBytes: 10 * 1024 * 1024,
  tooLarge: () => new HsError(413, 'VALIDATION_ERROR', 'The request body is too large.'),
  notPacked: () => validation('The request body is not packed as its Content-Encoding says.'),
};

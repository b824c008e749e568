import { z } from 'zod';
import { pageQuery } from './shared.ts';

export const ParkedMessagesQuery = pageQuery({ runId: z.string().max(100).default('').describe('Only those that this run waits for.') });

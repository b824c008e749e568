import { describeBroker } from '../testing/index.ts';

describeBroker('the log in PostgreSQL', async (url) => ({ kind: 'postgres', url }));

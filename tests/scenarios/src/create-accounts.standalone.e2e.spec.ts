import { describeCreateAccounts } from './create-accounts.ts';
import { startStandaloneTopology } from './topology/standalone.ts';

describeCreateAccounts('one process', startStandaloneTopology);

import { defineConfig, key32, keys32, text, wholeNumber, type ConfigOf } from '@signalbox/platform-config';
import { commonSettings } from '@signalbox/platform-service';

export const crmWriterSettings = defineConfig({
  ...commonSettings,
  matchingAddress: { env: 'SIGNALBOX_MATCHING_ADDRESS', schema: text('127.0.0.1:7003'), description: 'gRPC address of matching, which is asked again at the moment of writing, as host:port.' },
  secretsKey: { env: 'SIGNALBOX_SECRETS_KEY', schema: key32(), description: 'Key that the credentials of connections are encrypted with: 32 bytes. Without it they cannot be read again.', secret: true },
  previousSecretsKeys: { env: 'SIGNALBOX_PREVIOUS_SECRETS_KEYS', schema: keys32(), description: 'Keys that credentials were encrypted with before, separated by commas: they are still read with them, until the command rotate-secrets has encrypted all of them with the present key. Default none.', secret: true },
  provider: { env: 'SIGNALBOX_CRM_PROVIDER', schema: text(''), description: 'Provider whose change batches this deployment writes, such as salesforce. Default empty: all of them.' },
  batchConcurrency: { env: 'SIGNALBOX_CRM_BATCH_CONCURRENCY', schema: wholeNumber(10, 1, 32), description: 'Change batches that one replica writes at the same time. Default 10, as many as a run sends ahead.' },
  matchingWaitMs: { env: 'SIGNALBOX_CRM_MATCHING_WAIT_MS', schema: wholeNumber(30_000, 100, 600_000), description: 'Longest wait for matching to take in what is new in the CRM before a batch is put off, in milliseconds. Default 30000.' },
  settleQuietMs: { env: 'SIGNALBOX_CRM_SETTLE_QUIET_MS', schema: wholeNumber(60_000, 0, 3_600_000), description: 'How long after a lost answer a record may still appear in a CRM that has no external id to ask by, in milliseconds. Default 60000.' },
  mendRetryMs: { env: 'SIGNALBOX_CRM_MEND_RETRY_MS', schema: wholeNumber(15_000, 100, 3_600_000), description: 'How long a batch waits whose connection a person must mend before it is tried again, in milliseconds. Default 15000.' },
  pullEveryMs: { env: 'SIGNALBOX_CRM_PULL_EVERY_MS', schema: wholeNumber(900_000, 1_000, 86_400_000), description: 'How old a mirror of CRM records may get before what has changed is pulled, in milliseconds. Default 900000. A plan pulls by itself.' },
  historyDays: { env: 'SIGNALBOX_CRM_HISTORY_DAYS', schema: wholeNumber(730, 1, 36_500), description: 'How long what was written to each CRM record is kept, in days. Default 730. That a record was created by us stays known.' },
  plainHosts: { env: 'SIGNALBOX_CRM_PLAIN_HOSTS', schema: text(''), description: 'Hosts of test CRMs that may be reached by plain http, separated by commas. Default empty.' },
});

export type CrmWriterConfig = ConfigOf<typeof crmWriterSettings>;

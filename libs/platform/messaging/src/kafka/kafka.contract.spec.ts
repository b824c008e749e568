import { randomUUID } from 'node:crypto';
import { describeBroker, testKafkaBrokers } from '../testing/index.ts';

describeBroker('Kafka', async () => ({ kind: 'kafka', brokers: await testKafkaBrokers(), topicPrefix: `spec-${randomUUID()}.` }));

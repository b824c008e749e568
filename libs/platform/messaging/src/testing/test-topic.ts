import type { Topic } from '../topic.ts';

export interface TestMessage {
  workspaceId: string;
  entity: string;
  n: number;
}

export const TEST_WORKSPACE = 'w1';

/** A topic of small JSON messages. */
export function testTopic(name: string): Topic<TestMessage> {
  return {
    name,
    partitions: 4,
    encode: (message) => new TextEncoder().encode(JSON.stringify(message)),
    decode: (bytes) => JSON.parse(new TextDecoder().decode(bytes)) as TestMessage,
    key: (message) => `${message.workspaceId}/${message.entity}`,
    workspaceId: (message) => message.workspaceId,
  };
}

export const message = (entity: string, n: number): TestMessage => ({ workspaceId: TEST_WORKSPACE, entity, n });

let made = 0;
/** A name nobody else in this run has. */
export const unique = (what: string) => `${what}-${process.pid}-${(made += 1)}`;

/** What a message on a topic promises; the registry of all of them is generated from the proto. */
export interface EventTopic<T> {
  /** `<service>.<noun>.<verb-past>.v1` */
  name: string;
  /** Full name of the protobuf message. */
  message: string;
  partitions: number;
  /** Services that consume it. */
  consumers: readonly string[];
  /** Ordering key: workspace first, then the entity. */
  key(message: T): string;
  workspaceId(message: T): string;
  encode(message: T): Uint8Array;
  decode(bytes: Uint8Array): T;
}

/** What an RPC promises. */
export interface RpcRule {
  /** Name of the permission that a caller needs, without its prefix. */
  permission: string;
  idempotency: 'READ' | 'IDEMPOTENT' | 'NONE';
  /** Deadline set by clients whose caller names none; 0 for none. */
  timeoutMs: number;
}

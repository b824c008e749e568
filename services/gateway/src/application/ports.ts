import type { PermissionName } from '@signalbox/contracts';
import type { Failures } from '../domain/throttle.ts';
import type { KeptRequest } from '../domain/idempotency.ts';

export interface Workspace {
  id: string;
  name: string;
  /** IANA name. */
  timeZone: string;
  createdAt: Date;
}

export interface User {
  id: string;
  workspaceId: string;
  email: string;
  passwordHash: string;
  permissions: PermissionName[];
}

export interface Session {
  workspaceId: string;
  userId: string;
  email: string;
  permissions: PermissionName[];
  expiresAt: Date;
}

/** An API token without its secret, which is never kept. */
export interface ApiToken {
  id: string;
  workspaceId: string;
  name: string;
  permissions: PermissionName[];
  /** First characters, so that a person can tell tokens apart. */
  hint: string;
  createdBy: string;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

export interface Entitlement {
  name: string;
  licensed: boolean;
}

export interface FirstRun {
  workspace: Workspace;
  user: User;
  entitlements: string[];
}

export interface Workspaces {
  any(): Promise<boolean>;
  get(workspaceId: string): Promise<Workspace | undefined>;
  update(workspaceId: string, change: { name?: string; timeZone?: string }): Promise<Workspace | undefined>;
  /** Creates the first workspace with its first user, once: false when there is one already. */
  createFirst(first: FirstRun): Promise<boolean>;
}

export interface Users {
  findByEmail(email: string): Promise<User | undefined>;
}

export interface Sessions {
  create(workspaceId: string, hash: Uint8Array, userId: string, createdAt: Date, expiresAt: Date): Promise<void>;
  find(workspaceId: string, hash: Uint8Array, now: Date): Promise<Session | undefined>;
  remove(workspaceId: string, hash: Uint8Array): Promise<void>;
}

export interface ApiTokens {
  create(token: ApiToken, hash: Uint8Array): Promise<void>;
  /** The token if it is neither revoked nor ended; its use is noted (to the minute). */
  use(workspaceId: string, hash: Uint8Array, now: Date): Promise<ApiToken | undefined>;
  list(workspaceId: string, after: string | undefined, limit: number): Promise<ApiToken[]>;
  /** False when there is no such token. */
  revoke(workspaceId: string, id: string, now: Date): Promise<boolean>;
}

export interface Entitlements {
  list(workspaceId: string): Promise<Entitlement[]>;
  put(workspaceId: string, entitlement: Entitlement): Promise<void>;
}

export interface SignInFailures {
  get(key: string): Promise<Failures | undefined>;
  add(key: string, now: Date, windowMs: number): Promise<void>;
  clear(key: string): Promise<void>;
}

/** The answer to a request, sealed so that what is kept shows nothing by itself. */
export interface KeptAnswer {
  status: number;
  sealedBody: Uint8Array;
}

export interface IdempotencyKey {
  workspaceId: string;
  subject: string;
  /** SHA-256 of the key as sent. */
  keyHash: Uint8Array;
}

export interface IdempotencyKeys {
  /** Takes the key when nobody has it; otherwise what is kept under it. */
  take(key: IdempotencyKey, request: { route: string; bodyHash: string }, owner: string, now: Date, aliveUntil: Date): Promise<(KeptRequest & { answer: KeptAnswer | undefined }) | undefined>;
  /** Takes over a key whose request ended without an answer; false when somebody else was faster. */
  takeOver(key: IdempotencyKey, owner: string, now: Date, aliveUntil: Date): Promise<boolean>;
  alive(key: IdempotencyKey, owner: string, aliveUntil: Date): Promise<void>;
  finish(key: IdempotencyKey, owner: string, bodyHash: string, answer: KeptAnswer): Promise<void>;
  markUnknown(key: IdempotencyKey, owner: string): Promise<void>;
  release(key: IdempotencyKey, owner: string): Promise<void>;
}

/** Secrets that name their workspace, so that everything is looked up by workspace first. */
export interface Secrets {
  make(workspaceId: string): { secret: string; hash: Uint8Array };
  /** Undefined when the text is not one of ours. */
  read(secret: string): { workspaceId: string; hash: Uint8Array } | undefined;
}

export interface Passwords {
  hash(password: string): Promise<string>;
  /** As slow with an unknown user (`hash` undefined) as with a known one. */
  verify(password: string, hash: string | undefined): Promise<boolean>;
}

export interface Sealing {
  seal(text: string, key: string): Uint8Array;
  open(sealed: Uint8Array, key: string): string;
}

/** Does `work` again and again while something long is under way; a failed one is caught up by the next. Returns what ends it. */
export type Beat = (everyMs: number, work: () => Promise<void>) => () => void;

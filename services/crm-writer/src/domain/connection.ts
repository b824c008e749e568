export type ConnectionStatus = 'untested' | 'healthy' | 'unhealthy';

/** A configured link to a CRM, without its secrets. */
export interface Connection {
  workspaceId: string;
  id: string;
  name: string;
  provider: string;
  baseUrl: string;
  authKind: string;
  settings: Record<string, string>;
  environment: string;
  status: ConnectionStatus;
  /** What is wrong and where to mend it; empty when nothing is. While healthy: trouble that passes by itself. */
  statusMessage: string;
  checkedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
  /** Grows with every change of what a session depends on. */
  version: number;
  apiCallsUsed: number;
  apiCallsAllowed: number;
  apiCallsSeenAt: Date | null;
  /** Calls a day that people allow; 0: as many as the CRM does. */
  dailyCalls: number;
}

export type Secrets = Record<string, string>;

export interface Check {
  /** Left out for trouble that passes by itself: the connection stays what it was, and no one has to mend it. */
  status?: ConnectionStatus;
  message: string;
}

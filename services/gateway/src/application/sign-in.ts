import { SignalboxError, authExpired, type Clock } from '@signalbox/kernel';
import { FREE_FAILURES, WINDOW_MS, waitMs } from '../domain/throttle.ts';
import type { Passwords, Secrets, Session, Sessions, SignInFailures, User, Users } from './ports.ts';

const KINDS = ['pair', 'network', 'email'] as const;

export interface SignedIn {
  /** Value of the cookie; its hash alone is kept. */
  secret: string;
  session: Session;
}

/** Sessions of people: opened with e-mail address and password, at a limited rate, and closed. */
export class SignIn {
  constructor(
    private readonly parts: { users: Users; sessions: Sessions; failures: SignInFailures; passwords: Passwords; secrets: Secrets; clock: Clock; sessionMs: number },
  ) {}

  /** @throws AuthExpired `gateway.session.refused`, Retryable `gateway.session.throttled` */
  async run(email: string, password: string, network: string): Promise<SignedIn> {
    const { users, failures, passwords, clock } = this.parts;
    const address = email.toLowerCase();
    const keys = { pair: `pair:${address}|${network}`, network: `network:${network}`, email: `email:${address}` };
    for (const kind of KINDS) await this.requireNotThrottled(keys[kind], FREE_FAILURES[kind]);
    const user = await users.findByEmail(email);
    if (!(await passwords.verify(password, user?.passwordHash)) || !user) {
      for (const kind of KINDS) await failures.add(keys[kind], clock.now(), WINDOW_MS);
      throw authExpired('gateway.session.refused', 'The e-mail address or the password is not right.');
    }
    await failures.clear(keys.pair);
    return this.open(user);
  }

  async open(user: User): Promise<SignedIn> {
    const { sessions, secrets, clock, sessionMs } = this.parts;
    const { secret, hash } = secrets.make(user.workspaceId);
    const now = clock.now();
    const expiresAt = new Date(now.getTime() + sessionMs);
    await sessions.create(user.workspaceId, hash, user.id, now, expiresAt);
    return { secret, session: { workspaceId: user.workspaceId, userId: user.id, email: user.email, permissions: user.permissions, expiresAt } };
  }

  async close(secret: string): Promise<void> {
    const known = this.parts.secrets.read(secret);
    if (known) await this.parts.sessions.remove(known.workspaceId, known.hash);
  }

  private async requireNotThrottled(key: string, free: number): Promise<void> {
    const afterMs = waitMs(await this.parts.failures.get(key), free, this.parts.clock.now());
    if (afterMs === 0) return;
    throw new SignalboxError('Retryable', { code: 'gateway.session.throttled', publicMessage: `Too many failed sign-ins. Try again in ${Math.ceil(afterMs / 60_000)} minute(s).`, afterMs });
  }
}

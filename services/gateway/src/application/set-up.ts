import { conflict, type Clock, type IdSource } from '@signalbox/kernel';
import { GRANTABLE } from '../domain/permissions.ts';
import type { Passwords, Workspaces } from './ports.ts';
import type { SignedIn, SignIn } from './sign-in.ts';

export interface FirstRunRequest {
  workspaceName: string;
  timeZone: string;
  email: string;
  password: string;
}

const closed = () => conflict('gateway.setup.closed', 'Signalbox has been set up already. Sign in instead.');

/** The first run: one workspace with one administrator, once; closed for ever after. */
export class SetUp {
  constructor(
    private readonly parts: { workspaces: Workspaces; passwords: Passwords; signIn: SignIn; ids: IdSource; clock: Clock; entitlements: string[] },
  ) {}

  async needed(): Promise<boolean> {
    return !(await this.parts.workspaces.any());
  }

  /** @throws Conflict `gateway.setup.closed` */
  async run(request: FirstRunRequest): Promise<SignedIn> {
    const { workspaces, passwords, ids, clock, entitlements, signIn } = this.parts;
    if (!(await this.needed())) throw closed();
    const workspace = { id: ids.next(), name: request.workspaceName, timeZone: request.timeZone, createdAt: clock.now() };
    const user = { id: ids.next(), workspaceId: workspace.id, email: request.email, passwordHash: await passwords.hash(request.password), permissions: [...GRANTABLE] };
    if (!(await workspaces.createFirst({ workspace, user, entitlements }))) throw closed();
    return signIn.open(user);
  }
}

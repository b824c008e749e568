import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Put, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { stringifySetCookie } from 'cookie';
import type { z } from 'zod';
import { authExpired } from '@signalbox/kernel';
import { ManageApiTokens } from '../../../application/api-tokens.ts';
import type { ApiToken, Workspace } from '../../../application/ports.ts';
import { SetUp } from '../../../application/set-up.ts';
import { SignIn, type SignedIn } from '../../../application/sign-in.ts';
import { WorkspaceSettings } from '../../../application/workspace-settings.ts';
import { wordOf } from '../../../domain/permissions.ts';
import { Authentication, SESSION_COOKIE, sessionSecretOf } from '../authentication.ts';
import { own } from '../contract-docs.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { Answers, BodyOf, CallerOf, Once, QueryOf, Requires, type Caller } from '../routing.ts';
import { ApiTokenPage, CreatedApiToken, EntitlementPage, EntitlementPut, FirstRunBody, NewApiToken, SessionJson, SetupState, SignInBody, WorkspaceJson, WorkspacePatch } from '../schemas/access.ts';
import { PageQuery } from '../schemas/shared.ts';
import { GATEWAY_CONFIG } from '../tokens.ts';

const workspaceJson = (w: Workspace) => ({ id: w.id, name: w.name, timeZone: w.timeZone, createdAt: w.createdAt.toISOString() });
const time = (at: Date | null) => at?.toISOString() ?? null;

/** The cookie of a session: not readable by scripts, never sent from another site. */
function cookie(config: { publicUrl: string }, value: string, expires: Date): string {
  return stringifySetCookie({ name: SESSION_COOKIE, value, path: '/', httpOnly: true, sameSite: 'strict', secure: config.publicUrl.startsWith('https:'), expires });
}

@Controller('api/v1')
export class SessionController {
  constructor(
    @Inject(SetUp) private readonly setUp: SetUp,
    @Inject(SignIn) private readonly signIn: SignIn,
    @Inject(Authentication) private readonly authentication: Authentication,
    @Inject(WorkspaceSettings) private readonly settings: WorkspaceSettings,
    @Inject(GATEWAY_CONFIG) private readonly config: { publicUrl: string },
  ) {}

  @Get('setup')
  @Answers('Whether the first run is still to come.', own(SetupState))
  async setupNeeded() {
    return { needed: await this.setUp.needed() };
  }

  @Post('setup')
  @Answers('The first run: makes the workspace and its administrator, and signs in. Closed for ever after (409).', own(SessionJson), { status: 201 })
  async firstRun(@BodyOf(FirstRunBody) body: z.infer<typeof FirstRunBody>, @Res({ passthrough: true }) response: Response) {
    return this.signedIn(await this.setUp.run(body), response);
  }

  @Post('session')
  @Answers('Signs in with e-mail address and password; sets the session cookie.', own(SessionJson), { status: 201 })
  async open(@BodyOf(SignInBody) body: z.infer<typeof SignInBody>, @Req() request: Request, @Res({ passthrough: true }) response: Response) {
    return this.signedIn(await this.signIn.run(body.email, body.password, request.ip ?? ''), response);
  }

  @Get('session')
  @Answers('Who is signed in, and what they may do; 401 when nobody is.', own(SessionJson))
  async who(@Req() request: Request) {
    const known = await this.authentication.of(request);
    if (!known) throw authExpired('gateway.session.none', 'Nobody is signed in.');
    const { principal } = known.caller;
    const workspace = workspaceJson(await this.settings.get(principal.workspaceId));
    return { kind: known.kind, subject: principal.subject, email: known.email, permissions: [...principal.permissions].map(wordOf), expiresAt: time(known.expiresAt), workspace };
  }

  @Delete('session')
  @HttpCode(204)
  @Answers('Signs out.', undefined)
  async close(@Req() request: Request, @Res({ passthrough: true }) response: Response) {
    const secret = sessionSecretOf(request);
    if (secret !== undefined) await this.signIn.close(secret);
    response.setHeader('set-cookie', cookie(this.config, '', new Date(0)));
  }

  private async signedIn({ secret, session }: SignedIn, response: Response) {
    response.setHeader('set-cookie', cookie(this.config, secret, session.expiresAt));
    const workspace = workspaceJson(await this.settings.get(session.workspaceId));
    return { kind: 'session', subject: `user:${session.userId}`, email: session.email, permissions: session.permissions.map(wordOf), expiresAt: session.expiresAt.toISOString(), workspace };
  }
}

@Controller('api/v1')
export class WorkspaceController {
  constructor(@Inject(WorkspaceSettings) private readonly settings: WorkspaceSettings) {}

  @Get('workspace')
  @Requires('WORKSPACE_READ')
  @Answers('The workspace.', own(WorkspaceJson))
  async get(@CallerOf() { principal }: Caller) {
    return workspaceJson(await this.settings.get(principal.workspaceId));
  }

  @Patch('workspace')
  @Requires('WORKSPACE_ADMIN')
  @Answers('Changes the name or the time zone of the workspace.', own(WorkspaceJson))
  async update(@CallerOf() { principal }: Caller, @BodyOf(WorkspacePatch) body: z.infer<typeof WorkspacePatch>) {
    return workspaceJson(await this.settings.update(principal.workspaceId, body));
  }

  @Get('entitlements')
  @Requires('WORKSPACE_READ')
  @Answers('The packages that the workspace has licensed.', own(EntitlementPage))
  async entitlements(@CallerOf() { principal }: Caller) {
    const items = await this.settings.entitlements(principal.workspaceId);
    return { items, nextCursor: null, total: items.length };
  }

  @Put('entitlements/:name')
  @Requires('WORKSPACE_ADMIN')
  @Answers('Says whether a package is licensed.', own(EntitlementPage))
  async put(@CallerOf() { principal }: Caller, @Param('name') name: string, @BodyOf(EntitlementPut) body: z.infer<typeof EntitlementPut>) {
    const items = await this.settings.putEntitlement(principal.workspaceId, { name, licensed: body.licensed });
    return { items, nextCursor: null, total: items.length };
  }
}

const tokenJson = (t: ApiToken) => ({
  id: t.id, name: t.name, permissions: t.permissions.map(wordOf), hint: t.hint, createdBy: t.createdBy, createdAt: t.createdAt.toISOString(),
  expiresAt: time(t.expiresAt), lastUsedAt: time(t.lastUsedAt), revokedAt: time(t.revokedAt),
});

@Controller('api/v1/tokens')
export class TokensController {
  constructor(@Inject(ManageApiTokens) private readonly tokens: ManageApiTokens) {}

  @Get()
  @Requires('WORKSPACE_ADMIN')
  @Answers('API tokens, newest first; never their secrets.', own(ApiTokenPage))
  async list(@CallerOf() { principal }: Caller, @QueryOf(PageQuery) { limit, cursor }: PageQuery) {
    const found = await this.tokens.list(principal, decodeCursor(cursor), limit + 1);
    const items = found.slice(0, limit);
    return { items: items.map(tokenJson), nextCursor: found.length > limit ? encodeCursor(items.at(-1)!.id) : null, total: null };
  }

  @Post()
  @Requires('WORKSPACE_ADMIN')
  @Once({ repeatable: false })
  @Answers('Makes an API token. The token is shown this once.', own(CreatedApiToken), { status: 201 })
  async create(@CallerOf() { principal }: Caller, @BodyOf(NewApiToken) body: z.infer<typeof NewApiToken>) {
    const { token, secret } = await this.tokens.create(principal, { name: body.name, permissions: body.permissions, expiresAt: body.expiresAt ? new Date(body.expiresAt) : undefined });
    return { ...tokenJson(token), token: secret };
  }

  @Delete(':id')
  @Requires('WORKSPACE_ADMIN')
  @HttpCode(204)
  @Answers('Revokes an API token at once.', undefined)
  async revoke(@CallerOf() { principal }: Caller, @Param('id') id: string) {
    await this.tokens.revoke(principal, id);
  }
}

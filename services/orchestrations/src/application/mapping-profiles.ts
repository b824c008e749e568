import type { crmWriter, orchestrations } from '@signalbox/contracts';
import { conflict, invalid, notFound } from '@signalbox/kernel';
import { requestPreview, type Mechanism } from '@signalbox/platform-orchestration';
import type { Transaction } from '@signalbox/platform-postgres';
import { profileFieldProblems, profileShapeProblems } from '../domain/mapping-profile.ts';
import type { Crm, OrchestrationStore, ProfileStore } from './ports.ts';
import { refuseAny } from './refuse.ts';

type Profile = orchestrations.MappingProfile;
const DEFAULT_OBJECT = 'Account';

/** Mapping profiles, each checked against the CRM's own description when it is saved (CNA-3). */
export class MappingProfiles {
  constructor(
    private readonly m: Mechanism,
    private readonly profiles: ProfileStore,
    private readonly orchestrations: OrchestrationStore,
    private readonly crm: Crm,
  ) {}

  async create(workspaceId: string, given: Profile): Promise<Profile> {
    return this.profiles.insert(workspaceId, this.m.ids.next(), await this.checked(workspaceId, given));
  }

  async update(workspaceId: string, given: Profile): Promise<Profile> {
    const present = await this.get(workspaceId, given.id);
    const profile = await this.checked(workspaceId, given);
    const saved = await this.m.database.transaction((tx) => this.replace(tx, workspaceId, profile));
    if (!saved) throw conflict('orchestrations.mapping_profile.version', `Somebody has changed this profile meanwhile: it is no longer at version ${given.version || present.version}. Load it again and repeat your change.`, { field: 'version' });
    return saved;
  }

  /** Previews are of a version of the profile: whoever uses it gets a new one, in the same transaction. */
  private async replace(tx: Transaction, workspaceId: string, profile: Profile): Promise<Profile | undefined> {
    const saved = await this.profiles.update(tx, workspaceId, profile);
    if (!saved) return undefined;
    for (const user of await this.orchestrations.usingProfile(tx, workspaceId, saved.id)) await requestPreview(this.m, tx, user);
    return saved;
  }

  async get(workspaceId: string, id: string): Promise<Profile> {
    const profile = await this.profiles.find(workspaceId, id);
    if (!profile) throw notFound('orchestrations.mapping_profile.unknown', `There is no mapping profile ${id}.`, { field: 'id' });
    return profile;
  }

  async remove(workspaceId: string, id: string): Promise<void> {
    await this.m.database.transaction(async (tx) => {
      const users = await this.orchestrations.usingProfile(tx, workspaceId, id);
      if (users.length > 0) throw conflict('orchestrations.mapping_profile.in_use', `The profile is used by ${users.map((o) => `"${o.name}"`).join(', ')}. Choose another profile there first.`, { field: 'id' });
      await this.profiles.remove(tx, workspaceId, id);
    });
  }

  private async checked(workspaceId: string, given: Profile): Promise<Profile> {
    refuseAny(profileShapeProblems(given));
    const connection = await this.crm.connection(workspaceId, given.connectionId);
    if (!connection) throw invalid('orchestrations.connection.unknown', `There is no connection ${given.connectionId}. Choose another one.`, { field: 'connection_id' });
    const profile: Profile = { ...given, name: given.name.trim(), object: given.object || DEFAULT_OBJECT, environment: this.environment(given, connection) };
    refuseAny(profileFieldProblems(profile, await this.crm.describe(workspaceId, profile.connectionId, profile.object)));
    return profile;
  }

  /** A profile made for a sandbox must not be pointed at production by mistake. */
  private environment(given: Profile, connection: crmWriter.Connection): string {
    if (!given.environment || !connection.environment || given.environment === connection.environment) return given.environment || connection.environment;
    throw invalid('orchestrations.mapping_profile.environment', `The profile is for ${given.environment}, but the connection "${connection.name}" is to ${connection.environment}. Choose a connection of the same environment.`, { field: 'environment' });
  }
}

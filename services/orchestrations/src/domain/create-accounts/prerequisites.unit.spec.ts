import { crmWriter, orchestrations } from '@signalbox/contracts';
import { readDraft, toDefinition } from '../orchestration.ts';
import { accountProblems } from './prerequisites.ts';

const { draft } = readDraft(orchestrations.Orchestration.fromPartial({ name: 'New accounts', kind: 'create_accounts', connectionId: 'c1', mappingProfileId: 'p1' }), new Map());
const connection = crmWriter.Connection.fromPartial({ id: 'c1', name: 'Production', status: crmWriter.ConnectionStatus.HEALTHY });
const codesOf = (of: Partial<orchestrations.MappingProfile>) => {
  const profile = orchestrations.MappingProfile.fromPartial({ id: 'p1', name: 'People', connectionId: 'c1', object: 'Account', ...of });
  return accountProblems('', toDefinition('w', 'o', 1, draft), { entitlements: new Set(), connection, profile }).map((p) => p.code);
};

it('CNA-1 names a mapping profile that is for another object, or for another connection', () => {
  expect(codesOf({ object: 'Contact' })).toContain('orchestrations.mapping_profile.wrong_object');
  expect(codesOf({ connectionId: 'c2' })).toContain('orchestrations.mapping_profile.wrong_connection');
  expect(codesOf({})).toEqual(['orchestrations.segment.missing']);
});

import { Button, Select, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { MappingProfile, Page } from '../../api/types.ts';
import { ProblemNote } from '../../design/problem-note.tsx';
import type { StepProps } from '../../kinds/kind-view.ts';
import { NewProfileModal } from './new-profile-modal.tsx';

/** The mapping profile, with its field mappings shown once it is chosen (CNA-3). */
export function MappingStep({ form }: StepProps) {
  const { connectionId, mappingProfileId } = form.values;
  const [open, { open: show, close }] = useDisclosure(false);
  const profiles = useQuery({ queryKey: ['mapping-profiles', connectionId], queryFn: () => api.get<Page<MappingProfile>>(`/mapping-profiles?connectionId=${connectionId}&limit=200`) });
  const chosen = profiles.data?.items.find((p) => p.id === mappingProfileId);
  return (
    <div>
      <ProblemNote error={profiles.error} />
      <Select
        label="Mapping profile" required maw={480} placeholder="Choose a mapping profile" value={mappingProfileId || null}
        data={(profiles.data?.items ?? []).filter((p) => p.object === 'Account').map((p) => ({ value: p.id, label: p.name }))}
        onChange={(v) => form.setFieldValue('mappingProfileId', v ?? '')}
      />
      <Button variant="subtle" size="xs" mt={4} onClick={show}>New mapping profile</Button>
      {chosen ? <Mappings profile={chosen} /> : null}
      <NewProfileModal connectionId={connectionId} opened={open} onClose={close} onMade={(id) => form.setFieldValue('mappingProfileId', id)} />
    </div>
  );
}

function Mappings({ profile }: { profile: MappingProfile }) {
  return (
    <>
      <Table maw={560} mt="xs">
        <Table.Thead><Table.Tr><Table.Th>Company field</Table.Th><Table.Th>CRM field</Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {profile.mappings.map((m) => <Table.Tr key={m.crmField}><Table.Td>{m.companyField || `“${m.constant ?? ''}”`}</Table.Td><Table.Td ff="monospace">{m.crmField}</Table.Td></Table.Tr>)}
        </Table.Tbody>
      </Table>
      <Text size="xs" c="dimmed" mt={4}>{profile.externalIdField ? `Our id is written to ${profile.externalIdField}, so that a repeated creation finds the first.` : 'No external id: before a repeated creation the CRM is searched.'}</Text>
    </>
  );
}

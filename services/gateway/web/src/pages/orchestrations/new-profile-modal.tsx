import { ActionIcon, Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { CompanyField, Connection, CrmField, MappingProfile, Page } from '../../api/types.ts';
import { ProblemNote } from '../../design/problem-note.tsx';

interface Props {
  connectionId: string;
  opened: boolean;
  onClose: () => void;
  onMade: (id: string) => void;
}

const USUAL = [{ companyField: 'name', crmField: 'Name' }, { companyField: 'website', crmField: 'Website' }, { companyField: 'country', crmField: 'BillingCountry' }];

/** A new mapping profile for the Account object; only fields that the CRM lets us write are offered. */
export function NewProfileModal({ connectionId, opened, onClose, onMade }: Props) {
  const fields = useQuery({ queryKey: ['connections', connectionId, 'fields'], queryFn: () => api.get<Page<CrmField>>(`/connections/${connectionId}/objects/Account/fields`), enabled: opened });
  const companyFields = useQuery({ queryKey: ['company-fields'], queryFn: () => api.get<Page<CompanyField>>('/company-fields'), enabled: opened });
  const connection = useQuery({ queryKey: ['connections', connectionId], queryFn: () => api.get<Connection>(`/connections/${connectionId}`), enabled: opened });
  const form = useForm({ initialValues: { name: 'Accounts', mappings: USUAL, externalIdField: '' } });
  const queries = useQueryClient();
  const create = useMutation({
    mutationFn: (values: typeof form.values) => api.post<MappingProfile>('/mapping-profiles', { ...values, connectionId, object: 'Account', environment: connection.data?.environment }),
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: ['mapping-profiles', connectionId] });
      onMade(made.id);
      onClose();
    },
  });
  const writable = (fields.data?.items ?? []).filter((f) => f.createable);
  const crmOptions = writable.map((f) => ({ value: f.name, label: `${f.label} (${f.name})` }));
  const companyOptions = (companyFields.data?.items ?? []).map((f) => ({ value: f.name, label: f.label || f.name }));
  return (
    <Modal opened={opened} onClose={onClose} title="New mapping profile for Account" size="lg">
      <form onSubmit={(event) => { event.stopPropagation(); form.onSubmit((values) => create.mutate(values))(event); }}>
        <Stack>
          <ProblemNote error={fields.error ?? companyFields.error} />
          <TextInput label="Name" required {...form.getInputProps('name')} />
          {form.values.mappings.map((mapping, i) => (
            <Group key={i} wrap="nowrap" gap="xs">
              <Select aria-label="Company field" data={companyOptions} searchable allowDeselect={false} flex={1} {...form.getInputProps(`mappings.${i}.companyField`)} />
              <Text span>→</Text>
              <Select aria-label="CRM field" data={crmOptions} searchable allowDeselect={false} flex={1} {...form.getInputProps(`mappings.${i}.crmField`)} />
              <ActionIcon variant="subtle" color="gray" aria-label={`Remove ${mapping.crmField}`} onClick={() => form.removeListItem('mappings', i)}>✕</ActionIcon>
            </Group>
          ))}
          <Button variant="subtle" size="xs" onClick={() => form.insertListItem('mappings', { companyField: 'name', crmField: '' })} style={{ alignSelf: 'flex-start' }}>Add a field</Button>
          <Select
            label="External id" clearable placeholder="none" {...form.getInputProps('externalIdField')}
            description="A field of the CRM, marked as external id, that carries our id. With it a repeated creation can never make a second record."
            data={writable.filter((f) => f.externalId).map((f) => ({ value: f.name, label: `${f.label} (${f.name})` }))}
          />
          <ProblemNote error={create.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>Cancel</Button>
            <Button type="submit" loading={create.isPending}>Save profile</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

import { Button, Card, Group, SegmentedControl, Stack, Table, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import type { Company, CompanyField, Connection, Page, Segment } from '../../api/types.ts';
import { PageHeader } from '../../design/page-header.tsx';
import { ProblemNote } from '../../design/problem-note.tsx';
import { ConditionRow } from './condition-row.tsx';
import { byCrm, complete, fresh, ruleOf, type Condition, type Join } from './conditions.ts';

interface Values {
  name: string;
  operator: Join;
  conditions: Condition[];
}

/** A new dynamic segment: conditions, and at once how many companies they hold. */
export function NewSegmentPage() {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const form = useForm<Values>({ initialValues: { name: '', operator: 'all', conditions: [fresh()] } });
  const fields = useQuery({ queryKey: ['company-fields'], queryFn: () => api.get<Page<CompanyField>>('/company-fields') });
  const connections = useQuery({ queryKey: ['connections'], queryFn: () => api.get<Page<Connection>>('/connections?limit=1000') });
  const create = useMutation({
    mutationFn: (values: Values) => api.post<Segment>('/segments', { name: values.name, kind: 'dynamic', rule: ruleOf(values) }),
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: ['segments'] });
      await navigate({ to: `/segments/${made.id}` });
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => create.mutate(values))}>
      <PageHeader title="New segment" hint="A company belongs to it as long as the rule holds." actions={<Button type="submit" loading={create.isPending} disabled={!form.values.conditions.every(complete)}>Save segment</Button>} />
      <Stack>
        <ProblemNote error={create.error ?? fields.error ?? connections.error} />
        <TextInput label="Name" required maw={480} {...form.getInputProps('name')} />
        <Card>
          <Group mb="sm">
            <Text size="sm">Companies for which</Text>
            <SegmentedControl size="xs" data={[{ value: 'all', label: 'all' }, { value: 'any', label: 'any' }, { value: 'none', label: 'none' }]} {...form.getInputProps('operator')} />
            <Text size="sm">of these hold</Text>
          </Group>
          <Stack gap="xs">
            {form.values.conditions.map((condition, i) => (
              <ConditionRow key={i} condition={condition} fields={fields.data?.items ?? []} connections={connections.data?.items ?? []} onChange={(c) => form.setFieldValue(`conditions.${i}`, c)} onRemove={form.values.conditions.length > 1 ? () => form.removeListItem('conditions', i) : undefined} />
            ))}
          </Stack>
          <Button variant="subtle" size="xs" mt="sm" onClick={() => form.insertListItem('conditions', fresh())}>Add a condition</Button>
        </Card>
        {byCrm(form.values.conditions) ? <Text size="sm" c="dimmed">What a CRM says counts as far as it has been read. For the first segment that goes by it, reading begins when the segment is saved.</Text> : null}
        <RulePreview values={form.values} />
      </Stack>
    </form>
  );
}

function RulePreview({ values }: { values: Values }) {
  const [settled] = useDebouncedValue(values, 400);
  const ready = settled.conditions.every(complete);
  const preview = useQuery({
    queryKey: ['rule-preview', settled.operator, settled.conditions],
    queryFn: () => api.post<{ size: number; sample: Company[] }>('/segments/preview', { rule: ruleOf(settled) }),
    enabled: ready, retry: false,
  });
  if (!ready) return <Text size="sm" c="dimmed">Fill in the conditions to see how many companies they hold.</Text>;
  if (preview.error) return <ProblemNote error={preview.error} />;
  if (!preview.data) return <Text size="sm" c="dimmed">Counting …</Text>;
  return (
    <Card>
      <Text fw={600} mb="xs">{preview.data.size.toLocaleString('en-US')} companies now{preview.data.sample.length > 0 ? ', for example' : ''}</Text>
      <Table>
        <Table.Tbody>
          {preview.data.sample.slice(0, 8).map((c) => <Table.Tr key={c.id}><Table.Td>{c.name}</Table.Td><Table.Td>{c.website}</Table.Td><Table.Td>{c.country}</Table.Td></Table.Tr>)}
        </Table.Tbody>
      </Table>
    </Card>
  );
}

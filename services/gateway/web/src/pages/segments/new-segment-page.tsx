import { ActionIcon, Button, Card, Group, SegmentedControl, Select, Stack, Table, TagsInput, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import type { Company, CompanyField, Page, RuleNode, Segment } from '../../api/types.ts';
import { PageHeader } from '../../design/page-header.tsx';
import { ProblemNote } from '../../design/problem-note.tsx';
import { OPERATORS } from './rule-text.ts';

interface Condition {
  field: string;
  operator: string;
  values: string[];
}

interface Values {
  name: string;
  operator: 'all' | 'any' | 'none';
  conditions: Condition[];
}

const NO_VALUE = ['is_known', 'is_unknown'];
const fresh = (): Condition => ({ field: 'country', operator: 'in', values: [] });
const complete = (c: Condition) => c.field !== '' && (NO_VALUE.includes(c.operator) || c.values.length > 0);

const ruleOf = (values: Values): RuleNode => ({ group: { operator: values.operator, children: values.conditions.map((c) => ({ field: { ...c, values: NO_VALUE.includes(c.operator) ? [] : c.values } })) } });

/** A new dynamic segment: conditions, and at once how many companies they hold. */
export function NewSegmentPage() {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const form = useForm<Values>({ initialValues: { name: '', operator: 'all', conditions: [fresh()] } });
  const fields = useQuery({ queryKey: ['company-fields'], queryFn: () => api.get<Page<CompanyField>>('/company-fields') });
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
        <ProblemNote error={create.error ?? fields.error} />
        <TextInput label="Name" required maw={480} {...form.getInputProps('name')} />
        <Card>
          <Group mb="sm">
            <Text size="sm">Companies for which</Text>
            <SegmentedControl size="xs" data={[{ value: 'all', label: 'all' }, { value: 'any', label: 'any' }, { value: 'none', label: 'none' }]} {...form.getInputProps('operator')} />
            <Text size="sm">of these hold</Text>
          </Group>
          <Stack gap="xs">
            {form.values.conditions.map((condition, i) => (
              <ConditionRow key={i} condition={condition} fields={fields.data?.items ?? []} onChange={(c) => form.setFieldValue(`conditions.${i}`, c)} onRemove={form.values.conditions.length > 1 ? () => form.removeListItem('conditions', i) : undefined} />
            ))}
          </Stack>
          <Button variant="subtle" size="xs" mt="sm" onClick={() => form.insertListItem('conditions', fresh())}>Add a condition</Button>
        </Card>
        <RulePreview values={form.values} />
      </Stack>
    </form>
  );
}

function ConditionRow({ condition, fields, onChange, onRemove }: { condition: Condition; fields: CompanyField[]; onChange: (c: Condition) => void; onRemove: (() => void) | undefined }) {
  const data = fields.length > 0 ? fields.map((f) => ({ value: f.name, label: f.label || f.name })) : [{ value: condition.field, label: condition.field }];
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <Select aria-label="Field" data={data} value={condition.field} searchable allowDeselect={false} onChange={(v) => onChange({ ...condition, field: v ?? '' })} w={220} />
      <Select aria-label="Comparison" data={OPERATORS} value={condition.operator} allowDeselect={false} onChange={(v) => onChange({ ...condition, operator: v ?? 'equals' })} w={170} />
      {NO_VALUE.includes(condition.operator) ? null : <TagsInput aria-label="Values" placeholder={condition.values.length === 0 ? 'Type a value, then Enter' : ''} value={condition.values} onChange={(values) => onChange({ ...condition, values })} acceptValueOnBlur flex={1} />}
      {onRemove ? <ActionIcon variant="subtle" color="gray" aria-label="Remove this condition" onClick={onRemove} mt={4}>✕</ActionIcon> : null}
    </Group>
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

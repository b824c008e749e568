import { ActionIcon, Flex, Select, TagsInput } from '@mantine/core';
import type { CompanyField, Connection } from '../../api/types.ts';
import { CRM_FIELDS, takesValues, withField, type Condition } from './conditions.ts';
import { OPERATORS } from './rule-text.ts';

const CRM_CHOICES = Object.entries(CRM_FIELDS).map(([value, { label }]) => ({ value, label }));

interface RowProps {
  condition: Condition;
  fields: CompanyField[];
  connections: Connection[];
  onChange: (c: Condition) => void;
  onRemove: (() => void) | undefined;
}

/** One condition: on a field of the company, or on what a connected CRM says of it. */
export function ConditionRow({ condition, fields, connections, onChange, onRemove }: RowProps) {
  const own = fields.length > 0 ? fields.map((f) => ({ value: f.name, label: f.label || f.name })) : [{ value: condition.field, label: condition.field }];
  const data = connections.length > 0 ? [{ group: 'Company', items: own }, { group: 'CRM', items: CRM_CHOICES }] : own;
  const crm = CRM_FIELDS[condition.field];
  const choose = (field: string | null) => {
    const next = withField(condition, field ?? '');
    // Where there is one connection only there is nothing to choose.
    onChange(CRM_FIELDS[next.field] && next.values.length === 0 && connections.length === 1 ? { ...next, values: [connections[0]!.id] } : next);
  };
  return (
    <Flex gap="xs" wrap={{ base: 'wrap', sm: 'nowrap' }} align="flex-start">
      <Select aria-label="Field" data={data} value={condition.field} searchable allowDeselect={false} onChange={choose} w={220} />
      <Select aria-label="Comparison" data={crm?.choices ?? OPERATORS} value={condition.operator} allowDeselect={false} onChange={(v) => onChange({ ...condition, operator: v ?? condition.operator })} w={crm ? 220 : 170} />
      {crm ? <Select aria-label="CRM connection" placeholder="Choose a CRM connection" data={connections.map((c) => ({ value: c.id, label: c.name }))} value={condition.values[0] ?? null} allowDeselect={false} onChange={(v) => onChange({ ...condition, values: v ? [v] : [] })} flex={1} miw={200} /> : null}
      {crm || !takesValues(condition.operator) ? null : <TagsInput aria-label="Values" placeholder={condition.values.length === 0 ? 'Type a value, then Enter' : ''} value={condition.values} onChange={(values) => onChange({ ...condition, values })} acceptValueOnBlur flex={1} miw={200} />}
      {onRemove ? <ActionIcon variant="subtle" color="gray" aria-label="Remove this condition" onClick={onRemove} mt={4}>✕</ActionIcon> : null}
    </Flex>
  );
}

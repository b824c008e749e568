import { Badge, Collapse, Group, List, Table, Text, UnstyledButton } from '@mantine/core';
import { Fragment, useState, type ReactNode } from 'react';
import type { Orchestration, PlanRecord } from '../../api/types.ts';
import { StateBadge } from '../../design/state-badge.tsx';
import type { RecordPlace } from '../../kinds/kind-view.ts';
import { reasonWords } from '../../kinds/reason-words.ts';
import { kindSpeech } from '../../kinds/registry.ts';
import { useCrmNames } from '../../kinds/use-crm-names.ts';
import { capitalised } from './schedule-text.ts';

/** What of an orchestration its records are shown by; undefined of one that was deleted. */
export type RecordsOf = Pick<Orchestration, 'kind' | 'connectionId' | 'settings'> | undefined;

interface Props {
  records: PlanRecord[];
  of: RecordsOf;
  withOutcome: boolean;
}

/** A row per record, with the columns of its kind; a click shows the evidence, the other candidates and the fields. */
export function RecordTable({ records, of, withOutcome }: Props) {
  const [open, setOpen] = useState<string>();
  const view = kindSpeech(of?.kind).records;
  const names = useCrmNames(of?.connectionId, records.flatMap((r) => view.named(r)));
  const at: RecordPlace = { settings: of?.settings ?? {}, names };
  return (
    <Table.ScrollContainer minWidth={860}>
      <Table>
        <Table.Thead>
          <Table.Tr><Table.Th w="20%">{view.head}</Table.Th>{view.columns.map((c) => <Table.Th key={c.head} w={c.width}>{c.head}</Table.Th>)}<Table.Th w={110}>{withOutcome ? 'Outcome' : 'Action'}</Table.Th><Table.Th>Reason</Table.Th></Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {records.map((r) => (
            <Fragment key={r.changeId}>
              <Table.Tr style={{ verticalAlign: 'top' }}>
                <Table.Td>
                  <UnstyledButton aria-expanded={open === r.changeId} onClick={() => setOpen(open === r.changeId ? undefined : r.changeId)}>
                    <Text size="sm" fw={600} span>{open === r.changeId ? '▾' : '▸'} {view.title(r, at)}</Text>
                  </UnstyledButton>
                </Table.Td>
                {view.columns.map((c) => <Table.Td key={c.head}>{c.cell(r, at)}</Table.Td>)}
                <Table.Td><StateBadge state={withOutcome ? r.state : r.action} /></Table.Td>
                <Table.Td><Reason record={r} withOutcome={withOutcome} /></Table.Td>
              </Table.Tr>
              {open === r.changeId ? <Table.Tr><Table.Td colSpan={view.columns.length + 3}><Details record={r} /></Table.Td></Table.Tr> : null}
            </Fragment>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** In a few words, and in those of whoever decided it. */
function Reason({ record: r, withOutcome }: { record: PlanRecord; withOutcome: boolean }) {
  const refused = withOutcome && (r.state === 'skipped' || r.state === 'failed');
  const text = (withOutcome && r.outcomeMessage) || r.reasonText;
  return (
    <>
      <Text size="sm" fw={500}>{capitalised(reasonWords((refused && r.outcomeCode) || r.reason))}</Text>
      {text ? <Text size="xs" c="dimmed" lineClamp={3} title={text}>{text}</Text> : null}
    </>
  );
}

function Details({ record }: { record: PlanRecord }) {
  const evidence = record.evidence;
  return (
    <Collapse expanded>
      <Group align="flex-start" gap="xl" p="xs">
        {record.companyName ? <Fact head="Company">{record.companyName}</Fact> : null}
        {record.crmId ? <Fact head="CRM record"><Text span size="sm" ff="monospace">{record.crmId}</Text></Fact> : null}
        {record.contactId ? <Fact head="Contact that it became"><Text span size="sm" ff="monospace">{record.contactId}</Text></Fact> : null}
        {record.changes.length > 0 ? (
          <div>
            <Text size="xs" c="dimmed" mb={4}>Fields</Text>
            <List size="sm">{record.changes.map((c) => <List.Item key={c.field}><b>{c.field}</b>: {c.before ? `${c.before} → ` : ''}{record.action === 'delete' ? 'deleted' : c.clear ? 'empty' : c.after}</List.Item>)}</List>
          </div>
        ) : null}
        <div>
          <Text size="xs" c="dimmed" mb={4}>Why{evidence?.rule ? <> · rule <Badge size="xs" variant="light" tt="none">{evidence.rule}</Badge></> : null}</Text>
          <Text size="sm" mb={4}>{record.outcomeMessage || record.reasonText || evidence?.reason}</Text>
          <List size="sm">{(evidence?.evidence ?? []).filter((e) => e.candidateValue || e.accountValue).map((e) => <List.Item key={`${e.comparison}${e.accountValue}`}>{e.comparison}: {compared(e)}</List.Item>)}</List>
        </div>
        {evidence?.otherCandidates && evidence.otherCandidates.length > 0 ? (
          <div>
            <Text size="xs" c="dimmed" mb={4}>Other candidates</Text>
            <List size="sm">{evidence.otherCandidates.map((c) => <List.Item key={c.accountId}>{c.name} <Text span c="dimmed" size="xs">{[c.website, c.country, c.accountId].filter(Boolean).join(' · ')}</Text></List.Item>)}</List>
          </div>
        ) : null}
      </Group>
    </Collapse>
  );
}

/** Some of it only states what there is, and compares nothing. */
function compared({ candidateValue, accountValue, outcome }: { candidateValue?: string; accountValue?: string; outcome: string }): string {
  if (!outcome) return [candidateValue, accountValue].filter(Boolean).join(', ');
  if (outcome === 'missing') return `only ${candidateValue ? `“${candidateValue}”` : `“${accountValue ?? ''}” in the CRM`}, so it says nothing`;
  return `“${candidateValue ?? ''}” and “${accountValue ?? ''}” are ${outcome}`;
}

const Fact = ({ head, children }: { head: string; children: ReactNode }) => <div><Text size="xs" c="dimmed" mb={4}>{head}</Text><Text size="sm" component="div">{children}</Text></div>;

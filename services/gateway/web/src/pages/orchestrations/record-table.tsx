import { Badge, Collapse, Group, List, Table, Text, UnstyledButton } from '@mantine/core';
import { Fragment, useState } from 'react';
import type { PlanRecord } from '../../api/types.ts';
import { StateBadge } from '../../design/state-badge.tsx';

/** A row per record; a click shows the evidence, the other candidates and the fields. */
export function RecordTable({ records, withOutcome }: { records: PlanRecord[]; withOutcome: boolean }) {
  const [open, setOpen] = useState<string>();
  return (
    <Table>
      <Table.Thead>
        <Table.Tr><Table.Th w="26%">Company</Table.Th><Table.Th>{withOutcome ? 'Outcome' : 'Action'}</Table.Th><Table.Th>Reason</Table.Th><Table.Th>CRM record</Table.Th></Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {records.map((r) => (
          <Fragment key={r.changeId}>
            <Table.Tr>
              <Table.Td>
                <UnstyledButton aria-expanded={open === r.changeId} onClick={() => setOpen(open === r.changeId ? undefined : r.changeId)}>
                  <Text size="sm" fw={600} span>{open === r.changeId ? '▾' : '▸'} {r.companyName}</Text>
                </UnstyledButton>
              </Table.Td>
              <Table.Td><StateBadge state={withOutcome ? r.state : r.action} /></Table.Td>
              <Table.Td><Text size="sm">{(withOutcome && r.outcomeMessage) || r.reasonText || r.reason}</Text></Table.Td>
              <Table.Td ff="monospace" fz="xs">{r.crmId}</Table.Td>
            </Table.Tr>
            {open === r.changeId ? <Table.Tr><Table.Td colSpan={4}><Details record={r} /></Table.Td></Table.Tr> : null}
          </Fragment>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Details({ record }: { record: PlanRecord }) {
  const evidence = record.evidence;
  return (
    <Collapse expanded>
      <Group align="flex-start" gap="xl" p="xs">
        {record.changes.length > 0 ? (
          <div>
            <Text size="xs" c="dimmed" mb={4}>Fields</Text>
            <List size="sm">{record.changes.map((c) => <List.Item key={c.field}><b>{c.field}</b>: {c.before ? `${c.before} → ` : ''}{record.action === 'delete' ? 'deleted' : c.clear ? 'empty' : c.after}</List.Item>)}</List>
          </div>
        ) : null}
        <div>
          <Text size="xs" c="dimmed" mb={4}>Why{evidence?.rule ? <> · rule <Badge size="xs" variant="light" tt="none">{evidence.rule}</Badge></> : null}</Text>
          <Text size="sm" mb={4}>{evidence?.reason ?? record.reasonText}</Text>
          <List size="sm">{(evidence?.evidence ?? []).map((e) => <List.Item key={`${e.comparison}${e.accountValue}`}>{e.comparison}: “{e.candidateValue ?? ''}” and “{e.accountValue ?? ''}” are {e.outcome}</List.Item>)}</List>
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

import { Button, FileButton, Group, Loader, Table } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { CompanyImport, Page, Segment } from '../../api/types.ts';
import { EmptyState } from '../../design/empty-state.tsx';
import { NumberText } from '../../design/number-text.tsx';
import { PageHeader } from '../../design/page-header.tsx';
import { ProblemNote } from '../../design/problem-note.tsx';
import { When } from '../../design/when.tsx';
import { PageButton, PageLink } from '../../shell/page-link.tsx';
import { ImportResult } from './import-result.tsx';

/** Segments with their sizes, and the way in for company lists. */
export function SegmentsPage() {
  const queries = useQueryClient();
  const list = useQuery({ queryKey: ['segments'], queryFn: () => api.get<Page<Segment>>('/segments?limit=200') });
  const upload = useMutation({
    mutationFn: (file: File) => api.upload<CompanyImport>(`/companies/imports?fileName=${encodeURIComponent(file.name)}`, file),
    onSettled: () => queries.invalidateQueries({ queryKey: ['segments'] }),
  });
  const actions = (
    <Group gap="sm">
      <FileButton accept=".csv,text/csv" onChange={(file) => file && upload.mutate(file)}>
        {(props) => <Button variant="default" loading={upload.isPending} {...props}>Import companies</Button>}
      </FileButton>
      <PageButton to="/segments/new">New segment</PageButton>
    </Group>
  );
  return (
    <>
      <PageHeader title="Segments" hint="Named sets of companies. Dynamic ones follow their rule as data changes." actions={actions} />
      <ProblemNote error={list.error ?? upload.error} />
      {upload.data ? <ImportResult result={upload.data} /> : null}
      {list.isLoading ? <Loader /> : null}
      {list.data?.items.length === 0 ? <EmptyState title="No segments yet" action={<PageButton to="/segments/new">New segment</PageButton>}>Import a company list (CSV with a name, and better a website and a country), then say with a rule which of them belong together.</EmptyState> : null}
      {list.data && list.data.items.length > 0 ? <SegmentTable segments={list.data.items} /> : null}
    </>
  );
}

function SegmentTable({ segments }: { segments: Segment[] }) {
  return (
    <Table>
      <Table.Thead><Table.Tr><Table.Th>Name</Table.Th><Table.Th>Kind</Table.Th><Table.Th ta="right">Companies</Table.Th><Table.Th>Evaluated</Table.Th></Table.Tr></Table.Thead>
      <Table.Tbody>
        {segments.map((s) => (
          <Table.Tr key={s.id}>
            <Table.Td><PageLink to={`/segments/${s.id}`} fw={600}>{s.name}</PageLink></Table.Td>
            <Table.Td>{s.kind}</Table.Td>
            <Table.Td ta="right"><NumberText value={s.size} /></Table.Td>
            <Table.Td><When at={s.evaluatedAt} /></Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

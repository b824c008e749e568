import { Alert, List, Text } from '@mantine/core';
import type { CompanyImport } from '../../api/types.ts';

/** What came of an import: counts, and each rejected line with its reason. */
export function ImportResult({ result }: { result: CompanyImport }) {
  const failed = result.state === 'failed';
  const n = (value: number) => value.toLocaleString('en-US');
  return (
    <Alert my="sm" color={failed ? 'red' : result.rowsRejected > 0 ? 'yellow' : 'teal'} title={failed ? `${result.fileName} could not be imported` : `${result.fileName} is imported`}>
      {failed ? <Text size="sm">{result.failure}</Text> : null}
      <Text size="sm">{n(result.rowsRead)} rows read: {n(result.rowsCreated)} new, {n(result.rowsUpdated)} changed, {n(result.rowsUnchanged)} as they were, {n(result.rowsRejected)} rejected.</Text>
      <List size="sm" mt={4}>
        {result.problems.slice(0, 10).map((p) => <List.Item key={`${p.line}${p.code}`}>Line {p.line}: {p.message}</List.Item>)}
      </List>
      {result.rowsRejected > 10 ? <Text size="sm" c="dimmed">… and {n(result.rowsRejected - 10)} more.</Text> : null}
    </Alert>
  );
}

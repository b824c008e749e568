import { Alert, List } from '@mantine/core';
import { ApiProblem } from '../api/problem.ts';

/** What went wrong, where, and what to do, in the API's own words. */
export function ProblemNote({ error }: { error: unknown }) {
  if (!error) return null;
  const text = error instanceof Error ? error.message : String(error);
  // One problem alone is the text itself, and is not said twice.
  const problems = error instanceof ApiProblem ? error.problems.filter((p) => p.message !== text) : [];
  return (
    <Alert color="red" variant="light" title={text} role="alert" my="sm">
      {problems.length > 0 ? (
        <List size="sm">
          {problems.map((p) => (
            <List.Item key={`${p.field}${p.message}`}><b>{p.field}</b>: {p.message}</List.Item>
          ))}
        </List>
      ) : null}
    </Alert>
  );
}

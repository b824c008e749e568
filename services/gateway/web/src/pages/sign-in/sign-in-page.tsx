import { Button, Card, Center, Group, PasswordInput, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { ProblemNote } from '../../design/problem-note.tsx';
import { HERE, ZONES } from '../../design/time-zones.ts';

/** Sign-in; on a product that has never been set up, the first-run set-up instead. */
export function SignInPage() {
  const setUp = useQuery({ queryKey: ['setup'], queryFn: () => api.get<{ needed: boolean }>('/setup') });
  return (
    <Center mih="100vh" p="md">
      <Card w={420} padding="xl" shadow="sm">
        <Group gap="xs" mb="md">
          <img src="/signalbox.svg" width={32} height={32} alt="" />
          <Title order={2}>Signalbox</Title>
        </Group>
        {setUp.error ? <ProblemNote error={setUp.error} /> : null}
        {setUp.data ? (setUp.data.needed ? <SetUpForm /> : <SignInForm />) : null}
      </Card>
    </Center>
  );
}

function useSessionStart(path: string) {
  const queries = useQueryClient();
  return useMutation({ mutationFn: (body: unknown) => api.post(path, body), onSuccess: () => queries.invalidateQueries() });
}

function SignInForm() {
  const start = useSessionStart('/session');
  const form = useForm({ initialValues: { email: '', password: '' } });
  return (
    <form onSubmit={form.onSubmit((values) => start.mutate(values))}>
      <Stack>
        <TextInput label="E-mail" type="email" autoComplete="username" required {...form.getInputProps('email')} />
        <PasswordInput label="Password" autoComplete="current-password" required {...form.getInputProps('password')} />
        <ProblemNote error={start.error} />
        <Button type="submit" loading={start.isPending}>Sign in</Button>
      </Stack>
    </form>
  );
}

function SetUpForm() {
  const start = useSessionStart('/setup');
  const form = useForm({ initialValues: { workspaceName: '', timeZone: HERE, email: '', password: '' } });
  return (
    <form onSubmit={form.onSubmit((values) => start.mutate(values))}>
      <Stack>
        <Text size="sm" c="dimmed">Nobody has signed in here yet. Name your workspace and make the first administrator.</Text>
        <TextInput label="Workspace" required {...form.getInputProps('workspaceName')} />
        <Select label="Time zone" description="Nightly runs happen at 02:00 in this zone." data={ZONES} searchable required allowDeselect={false} {...form.getInputProps('timeZone')} />
        <TextInput label="E-mail" type="email" autoComplete="username" required {...form.getInputProps('email')} />
        <PasswordInput label="Password" description="At least 10 characters." autoComplete="new-password" minLength={10} required {...form.getInputProps('password')} />
        <ProblemNote error={start.error} />
        <Button type="submit" loading={start.isPending}>Set up Signalbox</Button>
      </Stack>
    </form>
  );
}

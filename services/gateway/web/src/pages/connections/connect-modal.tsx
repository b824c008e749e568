import { Button, Group, Modal, PasswordInput, SegmentedControl, Select, Stack, Text, TextInput, Textarea } from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import type { Connection, ConnectionSetting, Page, Provider } from '../../api/types.ts';
import { ProblemNote } from '../../design/problem-note.tsx';

interface Values {
  name: string;
  provider: string;
  baseUrl: string;
  authKind: string;
  environment: string;
  given: Record<string, string>;
}

const EMPTY: Values = { name: '', provider: '', baseUrl: '', authKind: '', environment: 'production', given: {} };

/** The body of POST /connections: what the manifest calls secret goes apart from the rest. */
function bodyOf(values: Values, settings: ConnectionSetting[]) {
  const pick = (secret: boolean) => Object.fromEntries(settings.filter((s) => s.secret === secret && values.given[s.name]).map((s) => [s.name, values.given[s.name]]));
  const { given: _given, ...rest } = values;
  return { ...rest, settings: pick(false), secrets: pick(true) };
}

/** Connects a CRM and tests it at once; the form is drawn from the provider's manifest. */
export function ConnectModal({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const providers = useQuery({ queryKey: ['providers'], queryFn: () => api.get<Page<Provider>>('/providers'), enabled: opened });
  const form = useForm<Values>({ initialValues: EMPTY });
  const queries = useQueryClient();
  const navigate = useNavigate();
  const provider = providers.data?.items.find((p) => p.name === form.values.provider);
  const authKind = provider?.authKinds.find((a) => a.name === form.values.authKind) ?? provider?.authKinds[0];
  const create = useMutation({
    mutationFn: async (values: Values) => {
      const made = await api.post<Connection>('/connections', bodyOf({ ...values, provider: provider?.name ?? '', authKind: authKind?.name ?? '' }, authKind?.settings ?? []));
      await api.post(`/connections/${made.id}/test`);
      return made;
    },
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: ['connections'] });
      form.reset();
      onClose();
      await navigate({ to: `/connections/${made.id}` });
    },
  });
  // What was entered for another system is no answer to what this one asks.
  const choose = (name: string | null) => form.setValues({ provider: name ?? '', authKind: '', given: {}, baseUrl: providers.data?.items.find((p) => p.name === name)?.usualAddress ?? '' });
  return (
    <Modal opened={opened} onClose={onClose} title="Connect a CRM" size="lg">
      <form onSubmit={form.onSubmit((values) => create.mutate(values))}>
        <Stack>
          <ProblemNote error={providers.error} />
          <Select label="CRM" placeholder="Choose one" required data={(providers.data?.items ?? []).map((p) => ({ value: p.name, label: p.label }))} value={provider?.name ?? null} allowDeselect={false} onChange={choose} />
          {provider ? <ProviderFields provider={provider} authKind={authKind} form={form} /> : null}
          <ProblemNote error={create.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>Cancel</Button>
            <Button type="submit" disabled={!provider} loading={create.isPending}>Connect and test</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function ProviderFields({ provider, authKind, form }: { provider: Provider; authKind: Provider['authKinds'][number] | undefined; form: UseFormReturnType<Values> }) {
  return (
    <>
      <TextInput label="Name" placeholder={`${provider.label} production`} required {...form.getInputProps('name')} />
      <TextInput label="Address to sign in at" description={provider.addressDescription} placeholder={provider.addressExample} required {...form.getInputProps('baseUrl')} />
      <SegmentedControl data={[{ value: 'production', label: 'Production' }, { value: 'sandbox', label: 'Sandbox' }]} {...form.getInputProps('environment')} />
      <Select label="How to sign in" data={provider.authKinds.map((a) => ({ value: a.name, label: a.label }))} value={authKind?.name ?? null} allowDeselect={false} onChange={(v) => form.setFieldValue('authKind', v ?? '')} />
      {(authKind?.settings ?? []).map((s) => <SettingInput key={s.name} setting={s} value={form.values.given[s.name] ?? ''} onChange={(v) => form.setFieldValue(`given.${s.name}`, v)} />)}
      <Text size="xs" c="dimmed">Credentials are encrypted at once and never shown again.</Text>
    </>
  );
}

function SettingInput({ setting, value, onChange }: { setting: ConnectionSetting; value: string; onChange: (value: string) => void }) {
  const shared = { label: setting.label, description: setting.description, required: setting.required, value };
  if (/key/.test(setting.name) && setting.secret) return <Textarea {...shared} autosize minRows={3} maxRows={8} onChange={(e) => onChange(e.currentTarget.value)} />;
  if (setting.secret) return <PasswordInput {...shared} autoComplete="off" onChange={(e) => onChange(e.currentTarget.value)} />;
  return <TextInput {...shared} onChange={(e) => onChange(e.currentTarget.value)} />;
}

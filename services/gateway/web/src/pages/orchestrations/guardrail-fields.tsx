import { Accordion, Group, NumberInput, Text } from '@mantine/core';
import type { OrchestrationKind } from '../../api/types.ts';
import type { WizardForm } from '../../kinds/kind-view.ts';

const usual = (n: number | undefined, unit = '') => (n === undefined ? undefined : `${n.toLocaleString('en-US')}${unit}`);

/** Limits of one run; what is left empty has the kind's own (ORC-10). */
export function GuardrailFields({ form, kind }: { form: WizardForm; kind: OrchestrationKind | undefined }) {
  const limits = kind?.guardrails ?? undefined;
  const { maxRecords, maxSharePercent, maxClears } = form.values;
  const own = [maxRecords, maxSharePercent, maxClears].filter((n) => n !== '').length;
  return (
    <Accordion variant="contained" defaultValue={own > 0 ? 'limits' : null}>
      <Accordion.Item value="limits">
        <Accordion.Control>
          <Text size="sm" fw={500}>Advanced: limits of one run</Text>
          <Text size="xs" c="dimmed">{own > 0 ? 'Some are your own.' : 'The usual ones.'} A run past one of them halts before its first write, and a person may let it go on.</Text>
        </Accordion.Control>
        <Accordion.Panel>
          <Group align="flex-start">
            <NumberInput label="Most records in one run" description={`Usually ${usual(limits?.maxRecords) ?? '…'}`} placeholder={usual(limits?.maxRecords)} min={1} allowDecimal={false} thousandSeparator="," w={240} {...form.getInputProps('maxRecords')} />
            <NumberInput label="Most of the CRM changed" description={`Usually ${usual(limits?.maxSharePercent, ' %') ?? '…'}`} placeholder={usual(limits?.maxSharePercent, ' %')} min={0.01} max={100} suffix=" %" w={240} {...form.getInputProps('maxSharePercent')} />
            <NumberInput label="Most fields cleared" description={`Usually ${usual(limits?.maxClears) ?? '…'}`} placeholder={usual(limits?.maxClears)} min={1} allowDecimal={false} thousandSeparator="," w={240} {...form.getInputProps('maxClears')} />
          </Group>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}

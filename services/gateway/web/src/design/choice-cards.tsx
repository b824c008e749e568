import { Box, Group, Radio, SimpleGrid, Text } from '@mantine/core';
import { useId, type ReactNode } from 'react';

export interface Choice {
  value: string;
  label: string;
  /** One plain sentence. */
  text: ReactNode;
  /** Beside the label. */
  badge?: ReactNode;
  disabled?: boolean;
}

interface Props {
  label: string;
  description?: string;
  choices: readonly Choice[];
  value: string;
  onChange: (value: string) => void;
  columns?: number;
}

/** One of a few, each with a sentence of its own; a radio group for the keyboard and for those who listen. */
export function ChoiceCards({ label, description, choices, value, onChange, columns = 1 }: Props) {
  const id = useId();
  return (
    <Radio.Group label={label} description={description} value={value} onChange={onChange} required>
      <SimpleGrid cols={{ base: 1, sm: columns }} mt="xs" spacing="sm">
        {choices.map((c) => (
          <Radio.Card key={c.value} value={c.value} disabled={c.disabled} p="sm" style={{ opacity: c.disabled ? 0.6 : 1 }} aria-labelledby={`${id}-${c.value}`} aria-describedby={`${id}-${c.value}-text`}>
            <Group wrap="nowrap" align="flex-start" gap="sm">
              <Radio.Indicator disabled={c.disabled} mt={2} />
              <Box flex={1} miw={0}>
                <Group gap="xs"><Text span size="sm" fw={600} id={`${id}-${c.value}`}>{c.label}</Text>{c.badge}</Group>
                <Text span display="block" size="sm" c="dimmed" id={`${id}-${c.value}-text`}>{c.text}</Text>
              </Box>
            </Group>
          </Radio.Card>
        ))}
      </SimpleGrid>
    </Radio.Group>
  );
}

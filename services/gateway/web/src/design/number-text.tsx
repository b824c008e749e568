import { Text, type TextProps } from '@mantine/core';

/** A number with separators and digits of one width, so that columns line up. */
export function NumberText({ value, ...props }: { value: number | undefined } & TextProps) {
  return (
    <Text span style={{ fontVariantNumeric: 'tabular-nums' }} {...props}>
      {value === undefined ? '–' : value.toLocaleString('en-US')}
    </Text>
  );
}

import { createTheme, type MantineColorsTuple } from '@mantine/core';

const signal: MantineColorsTuple = ['#eef6fc', '#dbeaf5', '#b3d4ec', '#88bce3', '#65a8dc', '#4f9bd7', '#4295d6', '#3381be', '#2873ab', '#126497'];

/** The console's look: one accent, quiet surfaces, numbers that line up. */
export const theme = createTheme({
  primaryColor: 'signal',
  colors: { signal },
  defaultRadius: 'md',
  fontFamily: 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  headings: { fontWeight: '650', sizes: { h1: { fontSize: '1.6rem' }, h2: { fontSize: '1.2rem' }, h3: { fontSize: '1rem' } } },
  components: {
    Table: { defaultProps: { verticalSpacing: 'xs', highlightOnHover: true } },
    Card: { defaultProps: { withBorder: true, padding: 'md' } },
    Button: { defaultProps: { size: 'sm' } },
  },
});

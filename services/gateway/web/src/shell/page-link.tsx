import { Anchor, Button, type AnchorProps, type ButtonProps } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { MouseEvent, ReactNode } from 'react';

function useGo(to: string) {
  const navigate = useNavigate();
  return (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    void navigate({ to });
  };
}

/** A link to another page of the console. */
export function PageLink({ to, children, ...props }: { to: string; children: ReactNode } & AnchorProps) {
  return <Anchor href={to} onClick={useGo(to)} {...props}>{children}</Anchor>;
}

/** The same as a button. */
export function PageButton({ to, children, ...props }: { to: string; children: ReactNode } & ButtonProps) {
  return <Button component="a" href={to} onClick={useGo(to)} {...props}>{children}</Button>;
}

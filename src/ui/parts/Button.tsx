import type { LucideIcon } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { Button as AriaButton, ToggleButton, Tooltip, TooltipTrigger } from "react-aria-components";
import styles from "./controls.module.css";
import { Icon } from "./Icon.tsx";
import { Kbd } from "./Kbd.tsx";

type Kind = "plain" | "primary" | "quiet";
type Size = "s" | "m" | "l";

interface ButtonProps extends Omit<ComponentProps<typeof AriaButton>, "className" | "children"> {
  kind?: Kind;
  size?: Size;
  icon?: LucideIcon;
  children?: ReactNode;
}

export function Button({ kind = "plain", size = "m", icon, children, ...rest }: ButtonProps) {
  return (
    <AriaButton className={styles.button ?? ""} data-kind={kind} data-size={size} {...rest}>
      {icon && <Icon of={icon} size={size === "l" ? 18 : 15} />}
      {children}
    </AriaButton>
  );
}

/** A link that looks like a button. */
export function LinkButton({
  kind = "plain",
  size = "m",
  icon,
  children,
  ...rest
}: { kind?: Kind; size?: Size; icon?: LucideIcon } & ComponentProps<"a">) {
  return (
    <a className={styles.button} data-kind={kind} data-size={size} {...rest}>
      {icon && <Icon of={icon} size={15} />}
      {children}
    </a>
  );
}

interface IconButtonProps extends Omit<ButtonProps, "children" | "size"> {
  icon: LucideIcon;
  /** Name for screen readers and tooltip. */
  label: string;
  hotkey?: string | undefined;
  iconSize?: number;
  round?: boolean;
  /** Set on buttons that stay down. */
  pressed?: boolean;
}

/** A button of one icon, with its name as tooltip. */
export function IconButton({
  icon,
  label,
  hotkey,
  kind = "quiet",
  iconSize = 16,
  round,
  pressed,
  ...rest
}: IconButtonProps) {
  const common = {
    className: styles.button ?? "",
    "data-kind": kind,
    "data-icon": round ? "round" : "square",
    "aria-label": label,
  };
  return (
    <TooltipTrigger delay={500} closeDelay={0}>
      {pressed === undefined ? (
        <AriaButton {...common} {...rest}>
          <Icon of={icon} size={iconSize} />
        </AriaButton>
      ) : (
        <ToggleButton {...common} isSelected={pressed} {...(rest.onPress ? { onPress: rest.onPress } : {})}>
          <Icon of={icon} size={iconSize} />
        </ToggleButton>
      )}
      <Tooltip className={styles.tooltip ?? ""} offset={6}>
        {label}
        {hotkey && <Kbd keys={hotkey} />}
      </Tooltip>
    </TooltipTrigger>
  );
}

/**
 * Every name in every equation, checked by the compiler while a model is typed.
 *
 * A character machine over string literal types: it walks an equation once, tail-recursively, and ends at the first word that is neither
 * declared nor part of the language. `docs/notes/0010-names-checked-while-typing.md` explains it and says what it costs.
 */
import type { LanguageWord, UnitWord } from "../language/words.ts";

type Digit = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
type Lower = "a" | "b" | "c" | "d" | "e" | "f" | "g" | "h" | "i" | "j" | "k" | "l" | "m";
type Lower2 = "n" | "o" | "p" | "q" | "r" | "s" | "t" | "u" | "v" | "w" | "x" | "y" | "z";
type Part = Lower | Lower2 | Uppercase<Lower | Lower2> | "_" | "." | Digit;
type Blank = " " | "\n" | "\t" | "\r";

/**
 * Where the machine is: in plain text; inside a number (its letters are an exponent); after a number and a blank, where a word is a unit;
 * inside a unit literal, where further units may follow `/`, `*` and `^`.
 */
type Mode = "plain" | "number" | "literal" | "unit";

/** The mode after an operator, bracket or blank `C`. */
type After<C, M extends Mode> = C extends Blank
  ? M extends "number" | "literal"
    ? "literal"
    : "plain"
  : M extends "unit"
    ? C extends "/" | "*" | "^"
      ? "unit"
      : "plain"
    : "plain";

/** The first word of `S` that is not in `Known`; `never` when there is none. */
type FirstUndeclared<
  S extends string,
  Known extends string,
  Word extends string = "",
  M extends Mode = "plain",
> = S extends `${infer C}${infer Rest}`
  ? C extends Part
    ? Word extends ""
      ? M extends "number"
        ? FirstUndeclared<Rest, Known, "", "number">
        : C extends Digit | "."
          ? FirstUndeclared<Rest, Known, "", M extends "unit" ? "unit" : "number">
          : FirstUndeclared<Rest, Known, C, M>
      : FirstUndeclared<Rest, Known, `${Word}${C}`, M>
    : Word extends ""
      ? FirstUndeclared<Rest, Known, "", After<C, M>>
      : Word extends Known | LanguageWord
        ? FirstUndeclared<Rest, Known>
        : M extends "literal"
          ? FirstUndeclared<Rest, Known, "", After<C, "unit">>
          : M extends "unit"
            ? Word extends UnitWord
              ? FirstUndeclared<Rest, Known, "", After<C, "unit">>
              : Word
            : Word
  : Word extends "" | Known | LanguageWord
    ? never
    : M extends "literal"
      ? never
      : M extends "unit"
        ? Exclude<Word, UnitWord>
        : Word;

/** Never constructed: what an equation is compared with when it uses an undeclared name, so that the message shows the name. */
export interface Undeclared<Name extends string> {
  readonly undeclared: Name;
}

/** The equation itself when every name in it is in `Known`; otherwise a type that names the culprit. */
export type Checked<S, Known extends string> = S extends string
  ? string extends S
    ? S
    : [FirstUndeclared<S, Known>] extends [never]
      ? S
      : Undeclared<FirstUndeclared<S, Known>>
  : S;

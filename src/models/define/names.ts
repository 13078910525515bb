/**
 * Every name in every equation, checked by the compiler while a model is typed.
 *
 * A character machine over string literal types, which ends at the first word that is neither declared nor part of the language. The outer
 * type goes from blank to blank and the inner one from character to character, because the compiler allows each a thousand turns.
 * `docs/notes/0010-names-checked-while-typing.md` explains it and says what it costs.
 */
import type { LanguageWord, UnitWord } from "../language/words.ts";

type Digit = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
type Lower = "a" | "b" | "c" | "d" | "e" | "f" | "g" | "h" | "i" | "j" | "k" | "l" | "m";
type Upper = Uppercase<Lower | Later>;
type Later = "n" | "o" | "p" | "q" | "r" | "s" | "t" | "u" | "v" | "w" | "x" | "y" | "z";
type Part = Lower | Later | Upper | Digit | "_" | ".";
type Blank = "\n" | "\t" | "\r";

/**
 * In plain text; inside a number; after a number and a blank, where a word is a unit; inside a unit, after which `/` and `*` may bring
 * more units; inside its power.
 */
type Mode = "plain" | "number" | "literal" | "unit" | "power";
type AfterBlank<M> = M extends "number" | "literal" ? "literal" : "plain";
type AfterUnit<C, M> = C extends "/" | "*" ? "unit" : C extends "^" ? "power" : C extends "-" ? (M extends "power" ? M : "plain") : "plain";
type After<C, M> = C extends Blank ? AfterBlank<M> : M extends "unit" | "power" ? AfterUnit<C, M> : "plain";

/** Never constructed: what an equation is compared with when it uses an undeclared name, so that the message shows the name. */
export interface Undeclared<Name> {
  readonly undeclared: Name;
}

/** The mode after a word, which depends on what ends it; or the word, when it means nothing. */
type AfterWord<Word, End, Known, M> = Word extends Known
  ? "plain"
  : M extends "literal"
    ? Word extends "and" | "or"
      ? "plain"
      : After<End, "unit">
    : M extends "unit"
      ? Word extends UnitWord
        ? After<End, "unit">
        : AfterOther<Word>
      : AfterOther<Word>;
type AfterOther<Word> = Word extends LanguageWord ? "plain" : Undeclared<Word>;

/** Walks a stretch without spaces: the mode at its end, or the first word that means nothing. */
type Walk<S extends string, Known, M, Word extends string = ""> = M extends Mode
  ? S extends `${infer C}${infer Rest}`
    ? C extends Part
      ? Word extends ""
        ? C extends Digit | "."
          ? Walk<Rest, Known, M extends "power" ? M : "number">
          : M extends "number"
            ? C extends "e" | "E"
              ? Walk<Rest, Known, M>
              : Walk<Rest, Known, "plain", C>
            : Walk<Rest, Known, M, C>
        : Walk<Rest, Known, M, `${Word}${C}`>
      : Word extends ""
        ? Walk<Rest, Known, After<C, M>>
        : C extends "["
          ? Rest extends `${infer Index}]${infer Further}`
            ? Walk<Further, Known, M, `${Word}[${Index}]`>
            : Undeclared<`${Word}[${Rest}`>
          : Walk<Rest, Known, AfterWord<Word, C, Known, M>>
    : Word extends ""
      ? M
      : AfterWord<Word, "\n", Known, M>
  : M;

/** Walks from space to space, four at a time where there are as many: the mode at the end, or the first word that means nothing. */
type WalkAll<S extends string, Known, M = "plain"> = M extends Mode
  ? S extends `${infer A} ${infer B} ${infer C} ${infer D} ${infer Rest}`
    ? WalkAll<Rest, Known, ToSpace<D, Known, ToSpace<C, Known, ToSpace<B, Known, ToSpace<A, Known, M>>>>>
    : S extends `${infer A} ${infer Rest}`
      ? WalkAll<Rest, Known, ToSpace<A, Known, M>>
      : Walk<S, Known, M>
  : M;
type ToSpace<S extends string, Known, M> = Walk<S, Known, M> extends infer End ? (End extends Mode ? AfterBlank<End> : End) : never;

/** The equation itself when every name in it is in `Known`; otherwise a type that names the culprit. */
export type Checked<S, Known extends string> = S extends string
  ? string extends S
    ? S
    : WalkAll<S, Known> extends Undeclared<infer Name>
      ? Undeclared<Name>
      : S
  : S;

"""Tokens → tree. Whatever is typed gives a tree: what does not fit is left out and named in a warning."""

from __future__ import annotations

from dataclasses import replace

from issues.search.fields import DIRECTIVES, FIELDS, RELEVANCE, SORTS
from issues.search.lexer import Token, readable, tokens
from issues.search.nodes import And, Node, Not, Or, Parsed, SearchWarning, Sort, Span, Term, Word
from issues.search.suggest import closest, closest_key, shown

MAX_LENGTH = 2_000
MAX_TERMS = 40
MAX_DEPTH = 5


def parse(text: str) -> Parsed:
    """Never raises. Time grows with the length of the text, of which 2,000 characters are read."""
    parser = _Parser(readable(text[:MAX_LENGTH]))
    if len(text) > MAX_LENGTH:
        parser.warn(f"Only the first {MAX_LENGTH:,} characters are searched for.", (MAX_LENGTH, len(text)))
    return parser.parsed()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens, self.unclosed = tokens(text)
        self.at = 0
        self.depth = 0
        self.too_deep = 0  # open parentheses that are read over; their closing ones come first
        self.count = 0
        self.directives: list[Term] = []
        self.sorts: list[Sort] = []
        self.warnings: list[SearchWarning] = []
        self.warned: set[str] = set()

    def parsed(self) -> Parsed:
        branches = self._branches()
        if self.unclosed:
            self.warn("A quote is not closed. It is read as closed at the end.", self.unclosed)
        whole = (0, len(self.text))
        terms = branches[0] if len(branches) == 1 else ()
        if len(branches) > 1:
            terms = (_either(branches),)
        root = terms[0] if len(terms) == 1 else And(terms, _over(terms) if terms else whole)
        warnings = tuple(sorted(self.warnings, key=lambda warning: warning.span))
        return Parsed(self.text, root, terms, tuple(self.directives), tuple(self.sorts), warnings)

    def warn(self, message: str, span: Span, suggestion: str | None = None) -> None:
        self.warnings.append(SearchWarning(message, span, suggestion))

    def _warn_once(self, message: str, span: Span) -> None:
        if message not in self.warned:
            self.warned.add(message)
            self.warn(message, span)

    def _branches(self) -> list[tuple[Node, ...]]:
        """What stands between the ORs of this group, without the empty ones."""
        branches = [self._side_by_side()]
        while self.at < len(self.tokens) and self.tokens[self.at].kind == "OR":
            self.at += 1
            branches.append(self._side_by_side())
        return [branch for branch in branches if branch]

    def _side_by_side(self) -> tuple[Node, ...]:
        """Up to an OR, the end of this group or the end of the text."""
        nodes: list[Node] = []
        negated: Token | None = None
        even = True
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token.kind == "OR" or (token.kind == ")" and self.depth and not self.too_deep):
                break
            self.at += 1
            if token.kind in ("-", "NOT"):
                negated, even = negated or token, not even
                continue
            node = self._atom(token)
            if node is not None:
                start = negated.span[0] if negated else node.span[0]
                span = (start, node.span[1])
                nodes.append(replace(node, span=span) if even else Not(node, span))
            negated, even = None, True
        return tuple(nodes)

    def _atom(self, token: Token) -> Node | None:
        match token.kind:
            case "(":
                return self._group(token)
            case ")":
                if self.too_deep:
                    self.too_deep -= 1
                else:
                    self._warn_once("A parenthesis closes nothing and is left out.", token.span)
                return None
            case "AND":
                return None
        self.count += max(1, len(token.values))
        if self.count > MAX_TERMS:
            rest = (token.span[0], len(self.text))
            self._warn_once(f"Only the first {MAX_TERMS} terms are searched for.", rest)
            return None
        if token.kind == "term":
            return self._term(token)
        return Word(token.text, token.span, token.kind == "quoted") if token.text.strip() else None

    def _group(self, opening: Token) -> Node | None:
        if self.depth == MAX_DEPTH:
            self.too_deep += 1
            deepest = f"Parentheses nest at most {MAX_DEPTH} deep; those inside are left out."
            self._warn_once(deepest, opening.span)
            return None
        self.depth += 1
        branches = self._branches()
        self.depth -= 1
        if self.at < len(self.tokens):
            end = self.tokens[self.at].span[1]
            self.at += 1
        else:
            end = len(self.text.rstrip())
            self._warn_once("A parenthesis is not closed. It is read as closed at the end.", opening.span)
            self.too_deep = 0
        if not branches:
            return None
        return replace(_either(branches), span=(opening.span[0], end))

    def _term(self, token: Token) -> Node | None:
        typed = token.key.lower().replace("_", "-")
        key = {"reporter": "author"}.get(typed, typed)
        span_of_key = (token.span[0], token.span[0] + len(token.key) + 1)
        if key not in FIELDS and key not in DIRECTIVES:
            self._unknown_key(token.key, span_of_key)
            return Word(token.text, token.span, quoted=True)
        if not token.values:
            self.warn(f"`{typed}:` has no value yet and is left out.", span_of_key)
            return None
        term = Term(key, token.values, token.span)
        if key not in DIRECTIVES:
            return term
        self.directives.append(term)
        if key == "sort":
            self._sort(term)
        return None

    def _unknown_key(self, key: str, span: Span) -> None:
        known = closest_key(key, [*FIELDS, *DIRECTIVES])
        end = f" — did you mean `{known}:`?" if known else "; it is searched as text."
        self.warn(f"`{shown(key)}:` is not a filter{end}", span, f"{known}:" if known else None)

    def _sort(self, term: Term) -> None:
        for value in term.values:
            typed = value.text.casefold()
            field, _, direction = typed.rpartition("-")
            if direction not in ("asc", "desc"):
                field, direction = typed, ""
            if field in SORTS:
                descending = direction == "desc" if direction else SORTS[field]
                if field == RELEVANCE and not descending:
                    self.warn("`sort:relevance` has one direction: the best match first.", value.span, RELEVANCE)
                    descending = True
                if field not in {sort.field for sort in self.sorts}:
                    self.sorts.append(Sort(field, descending, value.span))
                continue
            known = closest(field, SORTS)
            self.warn(
                f"`sort:{shown(value.text)}` is left out: issues are sorted by {', '.join(SORTS)}.",
                value.span,
                f"{known}-{direction}" if known and direction else known,
            )


def _either(branches: list[tuple[Node, ...]]) -> Node:
    """One node for the branches of a group; at least one."""
    nodes = [branch[0] if len(branch) == 1 else And(branch, _over(branch)) for branch in branches]
    return nodes[0] if len(nodes) == 1 else Or(tuple(nodes), _over(nodes))


def _over(nodes: list[Node] | tuple[Node, ...]) -> Span:
    return (nodes[0].span[0], nodes[-1].span[1])

"""Views of rows: a list by cursor, and one row by its id; a module a resource derives from them."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Annotated, Any, ClassVar
from uuid import UUID

import msgspec
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from msgspec import Meta
from rest_framework.views import APIView

from fulfillment.api.authentication import ApiKeyAuthentication, ApiRequest
from fulfillment.api.decoding import Checks, read_query
from fulfillment.api.errors import NotThere
from fulfillment.api.operations import Operation, answer
from fulfillment.keyset import is_cursor, page_of
from orders.access import Role, Scope, Viewer
from orders.errors import InvalidInput
from orders.events.acting import with_own_key
from orders.values.counts import whole

USUAL, MOST = 50, 200
BAD_CURSOR = "expected a cursor from `next` of an earlier answer with the same filters, or nothing"

Next = Annotated[
    str | None, Meta(description="The cursor of the next page: `after` of the next request.")
]


def columns_of(struct: type[msgspec.Struct], row: Any, **sources: str) -> dict[str, Any]:
    """The fields of a struct from the columns of a row; `sources` has other names of columns."""
    names = struct.__struct_fields__
    return {name: getattr(row, sources.get(name, name)) for name in names}


class Query(msgspec.Struct):
    """The parameters that every list has; a list adds its filters."""

    after: Annotated[str, Meta(description="A cursor: `next` of the page before.")] = ""
    limit: Annotated[int, Meta(ge=1, le=MOST, description="The most rows of a page.")] = USUAL


class ApiView(APIView):
    """A door of the API: an API key with the scope of the method opens it."""

    authentication_classes = [ApiKeyAuthentication]
    roles = [Role.API_KEY]
    scopes: ClassVar[dict[str, Scope]] = {}
    operations: ClassVar[dict[str, Operation]] = {}
    tag: ClassVar[str]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer; what is recorded meanwhile names the key, which authentication finds."""
        with with_own_key():
            return super().dispatch(request, *args, **kwargs)


class RowList(ApiView):
    """`GET`: a page of the seller's rows; as many statements for 200 rows as for one."""

    scopes = {"GET": Scope.READ}
    key: ClassVar[str] = "-id"  # the order of rows: ids grow with time
    checks: ClassVar[Checks] = {}  # of the query string, beyond the types of its struct

    @abstractmethod
    def select(self, viewer: Viewer, wanted: Any) -> QuerySet[Any]:
        """The rows that match a query string."""

    def ways(self, viewer: Viewer, wanted: Any) -> Sequence[Q]:
        """Conditions of which a row has to match one; see `page_of`."""
        return ()

    @abstractmethod
    def describe(self, row: Any) -> msgspec.Struct:
        """A row as the list shows it."""

    def get(self, request: ApiRequest) -> HttpResponse:
        viewer, operation = request._request.viewer, self.operations["GET"]
        assert operation.query  # noqa: S101 - a list has one
        wanted: Any = read_query(request.GET, operation.query, {**CHECKS, **self.checks})
        rows = self.select(viewer, wanted)
        if wanted.after and not is_cursor(rows, wanted.after, key=self.key):
            raise InvalidInput([("after", BAD_CURSOR)])
        page = page_of(
            rows,
            key=self.key,
            cursor=wanted.after,
            size=wanted.limit,
            ways=self.ways(viewer, wanted),
        )
        shape: Any = operation.answers[200]
        return answer(shape([self.describe(row) for row in page.rows], page.next or None))


class RowDetail(ApiView):
    """`GET`: one row; that of another seller is not there."""

    scopes = {"GET": Scope.READ}
    what: ClassVar[str]  # for the sentence that it is not there

    @abstractmethod
    def select(self, viewer: Viewer) -> QuerySet[Any]:
        """The rows that may be asked for, with all that is shown of them."""

    @abstractmethod
    def describe(self, row: Any) -> msgspec.Struct:
        """A row with all that belongs to it."""

    def get(self, request: ApiRequest, id: UUID) -> HttpResponse:
        return answer(self.describe(self.find(request, id)))

    def find(self, request: ApiRequest, id: UUID) -> Any:
        """The row with this id. Raises NotThere."""
        row = self.select(request._request.viewer).filter(pk=id).first()
        if row is None:
            raise NotThere(self.what)
        return row


def _limit(text: str) -> int:
    return whole(text, least=1, most=MOST)


CHECKS: dict[str, Callable[[Any], Any]] = {"limit": _limit}

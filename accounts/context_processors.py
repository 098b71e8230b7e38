"""What every page knows about whoever looks at it. Read only when a template asks."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.navigation import menu
from accounts.organizations import current_organization, current_reach, organizations_at_hand


def accounts(request: HttpRequest) -> dict[str, object]:
    """`working_organizations`, `current_organization`, `navigation` (see `MenuSection`) and `session_expires_at`."""
    if not hasattr(request, "user") or not request.user.is_authenticated:
        return {"working_organizations": [], "current_organization": None, "navigation": ()}
    found = request.resolver_match
    return {
        "working_organizations": SimpleLazyObject(lambda: organizations_at_hand(request)),
        "current_organization": SimpleLazyObject(lambda: current_organization(request)),
        "navigation": SimpleLazyObject(
            lambda: menu(
                user=request.user,
                organization=current_organization(request),
                held=current_reach(request),
                view_name=found.view_name if found else "",
            )
        ),
        "session_expires_at": getattr(request, "session_expires_at", None),
    }

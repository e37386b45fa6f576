"""Addresses of this app: one noun for each act."""

from django.urls import include, path

from issues.views import (
    assignee,
    board,
    comment_history,
    comments,
    completion,
    deleting,
    detail,
    editing,
    exporting,
    help_keys,
    history,
    home,
    listing,
    new,
    palette,
    preview,
    properties,
    restoring,
    reverting,
    saved_views,
    similar,
    status,
    tasks,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("palette/", palette.palette, name="palette"),
    path("help/keys/", help_keys.help_keys, name="help_keys"),
    path("issues/new/", new.issue_new_anywhere, name="issue_new_anywhere"),
    path("markdown/preview/", preview.markdown_preview, name="markdown_preview"),
    path("issues/", listing.issue_list_all, name="issue_list_all"),
    path("projects/<str:key>/issues/", listing.issue_list, name="issue_list"),
    *(
        route
        for form in ("csv", "json")
        for route in (
            path(f"issues/export.{form}", exporting.export, {"form": form}, name=f"issue_export_all_{form}"),
            path(
                f"projects/<str:key>/issues/export.{form}",
                exporting.export,
                {"form": form},
                name=f"issue_export_{form}",
            ),
        )
    ),
    path("projects/<str:key>/board/", board.issue_board, name="issue_board"),
    path("projects/<str:key>/issues/new/", new.issue_new, name="issue_new"),
    path("projects/<str:key>/issues/similar/", similar.issue_similar, name="issue_similar"),
    path("issues/<str:issue_key>/", detail.issue_detail, name="issue_detail"),
    path("issues/<str:issue_key>/edit/", editing.issue_edit, name="issue_edit"),
    path("issues/<str:issue_key>/status/", status.issue_status, name="issue_status"),
    path("issues/<str:issue_key>/assignee/", assignee.issue_assignee, name="issue_assignee"),
    path("issues/<str:issue_key>/properties/", properties.issue_properties, name="issue_properties"),
    path("issues/<str:issue_key>/comments/", comments.comment_new, name="comment_new"),
    path("issues/<str:issue_key>/history/", history.issue_history, name="issue_history"),
    path("issues/<str:issue_key>/reversion/", reverting.issue_reversion, name="issue_reversion"),
    path("issues/<str:issue_key>/tasks/", tasks.issue_tasks, name="issue_tasks"),
    path("issues/<str:issue_key>/removal/", deleting.issue_removal, name="issue_removal"),
    path("issues/<str:issue_key>/restoration/", restoring.issue_restoration, name="issue_restoration"),
    path("comments/<int:comment_id>/edit/", comments.comment_edit, name="comment_edit"),
    path("comments/<int:comment_id>/history/", comment_history.comment_history, name="comment_history"),
    path("comments/<int:comment_id>/tasks/", tasks.comment_tasks, name="comment_tasks"),
    path("comments/<int:comment_id>/removal/", comments.comment_removal, name="comment_removal"),
    path("search/completion/", completion.completion, name="completion"),
    path("views/", saved_views.views, name="views"),
    path("views/new/", saved_views.view_new, name="view_new"),
    path("views/<int:view_id>/", saved_views.view_edit, name="view_edit"),
    path("views/<int:view_id>/query/", saved_views.view_query, name="view_query"),
    path("views/<int:view_id>/removal/", saved_views.view_removal, name="view_removal"),
    path("", include("issues.urls_projects")),
]

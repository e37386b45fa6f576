"""Addresses of the project pages that show or touch issue data."""

from django.urls import path

from issues.views import activity, deleting_project, labels, members, overview, project_list, reports, rights

urlpatterns = [
    path("projects/", project_list.project_list, name="project_list"),
    path("projects/<str:key>/", overview.project_detail, name="project_detail"),
    path("projects/<str:key>/activity/", activity.project_activity, name="project_activity"),
    path("projects/<str:key>/reports/", reports.project_reports, name="project_reports"),
    path("projects/<str:key>/removal/", deleting_project.project_removal, name="project_removal"),
    path("projects/<str:key>/restoration/", deleting_project.project_restoration, name="project_restoration"),
    path("projects/<str:key>/members/", members.project_members, name="project_members"),
    path("projects/<str:key>/members/<str:username>/role/", members.member_role, name="member_role"),
    path("projects/<str:key>/members/<str:username>/removal/", members.member_removal, name="member_removal"),
    path("projects/<str:key>/members/<str:username>/rights/", rights.member_rights, name="member_rights"),
    path("projects/<str:key>/labels/", labels.project_labels, name="project_labels"),
    path("projects/<str:key>/labels/<str:name>/", labels.label_detail, name="label_detail"),
    path("projects/<str:key>/labels/<str:name>/removal/", labels.label_removal, name="label_removal"),
    path("projects/<str:key>/labels/<str:name>/merge/", labels.label_merge, name="label_merge"),
]

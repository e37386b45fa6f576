"""Addresses of what projects are by themselves. What shows issue data stands in issues/urls_projects.py."""

from django.urls import path

from projects.views.new import project_new
from projects.views.settings import project_archive, project_settings

urlpatterns = [
    path("projects/new/", project_new, name="project_new"),
    path("projects/<str:key>/settings/", project_settings, name="project_settings"),
    path("projects/<str:key>/archive/", project_archive, name="project_archive"),
]

"""Go-CRM: directories, leads and the parent's cabinet."""

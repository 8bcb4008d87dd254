"""altared.envs: many learners on a shared resource."""

"""The story: facts, objectives, descriptions, and the proposals of models that change a world outside of talk."""
